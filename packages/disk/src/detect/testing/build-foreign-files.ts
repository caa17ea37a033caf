import type { DetectedFormat } from "../../core/disk-format.ts";
import { crc32c } from "../crc32c.ts";

const KIB = 1024;

/**
 * Builds, for tests, the beginnings (and ends) of files by which each foreign format is recognised. The rest is filled with one byte, so that
 * nothing else matches. Two or more formats in one file make a polyglot.
 */
export function buildForeignFile(...formats: readonly ForeignFormat[]): Buffer {
  const file = Buffer.alloc(256 * KIB, 0xee);
  for (const format of formats) {
    builders[format](file);
  }
  return formats.includes("vmdk-descriptor") ? file.subarray(0, 600) : file;
}

/** Formats that are recognised in order to be refused. */
export type ForeignFormat = Exclude<DetectedFormat, "raw" | "qcow2">;

const start =
  (bytes: string) =>
  (file: Buffer): void =>
    void file.write(bytes, 0, "latin1");

const builders: Record<ForeignFormat, (file: Buffer) => void> = {
  qcow: (file) => {
    file.write("QFI\xfb\0\0\0\x01", 0, "latin1");
    file.set([12, 9], 32);
  },
  qed: start("QED\0"),
  vdi: (file) => void file.write("\x7f\x10\xda\xbe\x01\0\x01\0", 0x40, "latin1"),
  vmdk: (file) => {
    file.write("KDMV\x01\0\0\0", 0, "latin1");
    file.write("\n \r\n", 73, "latin1");
  },
  "vmdk-cowd": start("COWD\x01\0\0\0"),
  "vmdk-sesparse": start("\xbe\xba\xfe\xca\0\0\0\0\0\0\0\0\x02\0\0\0"),
  "vmdk-descriptor": (file) =>
    void file.fill(" \n", 0, 600).write('# Disk DescriptorFile\nversion=1\nCID=fffffffe\ncreateType="monolithicFlat"\n', 0),
  vhd: (file) => writeVhdFooter(file.subarray(-512), 2),
  vhdx: (file) => {
    file.write("vhdxfile", 0);
    const header = file.subarray(64 * KIB, 68 * KIB).fill(0);
    header.write("head", 0);
    header.writeUInt32LE(crc32c(header), 4);
  },
  zvhd: (file) => writeZvhdBlock(file, "stream\0\0"),
  zvhd2: (file) => writeZvhdBlock(file, "z2strm\0\0"),
  iso: (file) => void file.write("\x01CD001\x01", 0x8000, "latin1"),
  luks: start("LUKS\xba\xbe\0\x02"),
  ova: (file) => {
    file.write("appliance.ovf\0", 0);
    file.write("ustar", 257);
  },
  gzip: start("\x1f\x8b\x08"),
  xz: start("\xfd7zXZ\0"),
  zstd: start("\x28\xb5\x2f\xfd"),
  bzip2: start("BZh91AY&SY"),
  zip: start("PK\x03\x04"),
  "7z": start("7z\xbc\xaf\x27\x1c"),
  dmg: (file) => {
    file.write("koly", file.length - 512);
    file.writeUInt32BE(512, file.length - 504);
  },
  parallels: start("WithoutFreeSpace"),
  bochs: start("Bochs Virtual HD Image\0"),
  cloop: start("#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0"),
  wim: start("MSWIM\0\0\0"),
};

export const foreignFormats = Object.keys(builders) as readonly ForeignFormat[];

/** Writes a VHD footer with a correct checksum. */
export function writeVhdFooter(footer: Buffer, type: number): void {
  footer.fill(0).write("conectix");
  footer.writeBigUInt64BE(512n, 16);
  footer.writeUInt32BE(type, 60);
  footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
}

function writeZvhdBlock(file: Buffer, cookie: string): void {
  const block = file.subarray(0, 512).fill(0);
  block.write(cookie, 0, "latin1");
  block.writeUInt32LE(2, 8);
  block.writeUInt32LE(0x10000, 12);
  block.writeUInt32LE(~block.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
}
