import type { DiskErrorCode } from "@tintype/disk/core/disk-error.ts";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";

/** What a real file must turn out to be. */
export interface CorpusRow {
  readonly file: string;
  /** Opens as this, of this size; `qemu` is the format under which qemu-img reads the same content. */
  readonly opens?: { readonly format: DiskFormat; readonly sizeBytes: number; readonly qemu?: string };
  /** Is refused with this code. */
  readonly refused?: DiskErrorCode;
  /** Opens with this file as its parent. */
  readonly parent?: string;
  /** Where we differ from qemu-img on purpose, and why. */
  readonly differs?: string;
}

const MIB4 = 4 * 1024 * 1024;
const chsSize =
  "qemu-img drops the footer's size for the rounded one of its geometry, or takes a fixed VHD for raw and its footer for data";

/** Files that other programs made, as test/fixtures/fetch-corpus.sh fetches them. */
export const corpus: readonly CorpusRow[] = [
  { file: "ext2.qcow2", opens: { format: "qcow2", sizeBytes: MIB4, qemu: "qcow2" } },
  { file: "fvdetest.qcow2", opens: { format: "qcow2", sizeBytes: 536_870_912, qemu: "qcow2" } },
  { file: "windows_volume.qcow2", opens: { format: "qcow2", sizeBytes: 35_913_728, qemu: "qcow2" } },
  { file: "ext2.vmdk", opens: { format: "vmdk", sizeBytes: MIB4, qemu: "vmdk" } },
  { file: "ext2.vhd", opens: { format: "vhd", sizeBytes: 4_212_736, qemu: "vpc" } },
  { file: "fat-parent.vhd", opens: { format: "vhd", sizeBytes: MIB4 }, differs: chsSize },
  { file: "ntfs-parent.vhd", opens: { format: "vhd", sizeBytes: MIB4 }, differs: chsSize },
  { file: "ntfs-fixed.vhd", opens: { format: "vhd", sizeBytes: MIB4 }, differs: chsSize },
  { file: "ntfs-dynamic.vhd", opens: { format: "vhd", sizeBytes: MIB4 }, differs: chsSize },
  { file: "fat-differential.vhd", refused: "disk.unsafe", differs: "qemu-img reads it without its parent, and holes as zeros" },
  { file: "ntfs-differential.vhd", refused: "disk.unsafe", differs: "qemu-img reads it without its parent, and holes as zeros" },
  { file: "fat-differential.vhd", parent: "fat-parent.vhd", opens: { format: "vhd", sizeBytes: MIB4 }, differs: "qemu-img has no parents" },
  {
    file: "ntfs-differential.vhd",
    parent: "ntfs-parent.vhd",
    opens: { format: "vhd", sizeBytes: MIB4 },
    differs: "qemu-img has no parents",
  },
  { file: "image.vhd", refused: "disk.corrupt" },
  { file: "image-differential.vhd", refused: "disk.corrupt" },
  { file: "hyperv2012r2-dynamic.vhd", opens: { format: "vhd", sizeBytes: 136_365_211_648 } },
  { file: "virtualpc-dynamic.vhd", opens: { format: "vhd", sizeBytes: 136_365_211_648 }, differs: chsSize },
  { file: "d2v-zerofilled.vhd", opens: { format: "vhd", sizeBytes: 263_454_720, qemu: "vpc" } },
  { file: "ext2.vhdx", opens: { format: "vhdx", sizeBytes: MIB4, qemu: "vhdx" } },
  { file: "fat-parent.vhdx", opens: { format: "vhdx", sizeBytes: MIB4, qemu: "vhdx" } },
  { file: "ntfs-parent.vhdx", opens: { format: "vhdx", sizeBytes: MIB4, qemu: "vhdx" } },
  { file: "ntfs-fixed.vhdx", opens: { format: "vhdx", sizeBytes: MIB4, qemu: "vhdx" } },
  { file: "ntfs-dynamic.vhdx", opens: { format: "vhdx", sizeBytes: MIB4, qemu: "vhdx" } },
  { file: "fat-differential.vhdx", refused: "disk.unsafe" },
  { file: "ntfs-differential.vhdx", refused: "disk.unsafe" },
  {
    file: "fat-differential.vhdx",
    parent: "fat-parent.vhdx",
    opens: { format: "vhdx", sizeBytes: MIB4 },
    differs: "qemu-img has no parents",
  },
  {
    file: "ntfs-differential.vhdx",
    parent: "ntfs-parent.vhdx",
    opens: { format: "vhdx", sizeBytes: MIB4 },
    differs: "qemu-img has no parents",
  },
  { file: "iotest-dynamic-1G.vhdx", opens: { format: "vhdx", sizeBytes: 1_073_741_824, qemu: "vhdx" } },
  { file: "test-disk2vhd.vhdx", opens: { format: "vhdx", sizeBytes: 268_435_456, qemu: "vhdx" } },
  {
    file: "iotest-dirtylog-10G-4M.vhdx",
    opens: { format: "vhdx", sizeBytes: 10_737_418_240 },
    differs: "qemu-img refuses an unclean log when it may not write; we replay it in memory",
  },
  { file: "iotest-version3.vmdk", opens: { format: "vmdk", sizeBytes: 17_179_869_184, qemu: "vmdk" } },
  { file: "afl5.img", refused: "disk.truncated" },
  { file: "afl9.vmdk", refused: "disk.corrupt" },
  { file: "parallels-v1", refused: "disk.unsupported", differs: "not supported" },
  { file: "parallels-v2", refused: "disk.unsupported", differs: "not supported" },
  { file: "parallels-with-bitmap", refused: "disk.unsupported", differs: "not supported" },
  { file: "simple-dmg.dmg", refused: "disk.unsupported", differs: "not supported" },
  { file: "empty.bochs", refused: "disk.unsupported", differs: "not supported" },
  { file: "simple-pattern.cloop", refused: "disk.unsupported", differs: "not supported" },
  { file: "luks1.raw", refused: "disk.unsafe", differs: "qemu-img asks for the key" },
  { file: "luks2.raw", refused: "disk.unsafe", differs: "qemu-img takes it for raw" },
  { file: "iso9660.raw", opens: { format: "iso", sizeBytes: 366_592, qemu: "raw" } },
  { file: "grub-rescue-cdrom.iso", opens: { format: "iso", sizeBytes: 5_081_088, qemu: "raw" } },
  { file: "memtest86+x64.iso", opens: { format: "iso", sizeBytes: 6_193_152, qemu: "raw" } },
  { file: "memtest86+ia32.iso", opens: { format: "iso", sizeBytes: 6_189_056, qemu: "raw" } },
  { file: "ipxe.iso", opens: { format: "iso", sizeBytes: 2_097_152, qemu: "raw" } },
  { file: "gpt.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "gpt_empty_with_mbr.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "gpt_non_sequential.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "mbr.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "lvm.raw", opens: { format: "raw", sizeBytes: 10_485_760, qemu: "raw" } },
  { file: "xfs.raw", opens: { format: "raw", sizeBytes: 16_777_216, qemu: "raw" } },
  { file: "ext4.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "ntfs.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "fat12.raw", opens: { format: "raw", sizeBytes: MIB4, qemu: "raw" } },
  { file: "VBoxGuestAdditions.iso", opens: { format: "iso", sizeBytes: 53_049_344, qemu: "raw" } },
  { file: "grub-rescue-floppy.img", opens: { format: "iso", sizeBytes: 1_296_384, qemu: "raw" } },
  { file: "fs.multiple", opens: { format: "raw", sizeBytes: 262_144_000, qemu: "raw" } },
  { file: "grub_mbr.raw", opens: { format: "raw", sizeBytes: 512, qemu: "raw" } },
];
