import { hasText, u32 } from "./probe.ts";
import type { Probe, ProbeInput, ProbeResult } from "./probe.ts";
import { probeOptical } from "./probe-optical.ts";
import { probeVhd } from "./probe-vhd.ts";
import { probeVhdx } from "./probe-vhdx.ts";
import { probeVmdkDescriptor } from "./probe-vmdk-descriptor.ts";
import { probeZvhd } from "./probe-zvhd.ts";

const QCOW_MAGIC = "QFI\xfb";

/** Every format that is recognised by content. All rows are asked, and exactly one may match. */
export const probes: readonly Probe[] = [
  { format: "qcow2", label: "a qcow2 image", handling: "open", opensAs: "qcow2", probe: probeQcow2 },
  { format: "qcow", label: "a QCOW image of version 1", handling: "open", opensAs: "qcow", probe: probeQcow1 },
  { format: "qed", label: "a QED image", handling: "open", opensAs: "qed", probe: startsWith("QED\0") },
  { format: "vdi", label: "a VDI image (VirtualBox)", handling: "open", opensAs: "vdi", probe: probeVdi },
  { format: "vmdk", label: "a VMDK image (VMware)", handling: "open", opensAs: "vmdk", probe: probeVmdkSparse },
  { format: "vmdk-cowd", label: "a VMDK image of the COWD kind (VMware ESX)", handling: "open", opensAs: "vmdk", probe: probeVmdkCowd },
  {
    format: "vmdk-sesparse",
    label: "a VMDK image of the seSparse kind (VMware ESXi)",
    handling: "open",
    opensAs: "vmdk",
    probe: probeVmdkSeSparse,
  },
  {
    format: "vmdk-descriptor",
    label: "the descriptor of a VMDK (VMware), whose data is in other files",
    handling: "open",
    opensAs: "vmdk",
    probe: probeVmdkDescriptor,
  },
  { format: "vhd", label: "a VHD image", handling: "open", opensAs: "vhd", probe: probeVhd },
  { format: "vhdx", label: "a VHDX image (Hyper-V)", handling: "open", opensAs: "vhdx", probe: probeVhdx },
  { format: "zvhd", label: "a ZVHD image", handling: "open", opensAs: "zvhd", probe: (input) => probeZvhd("stream\0\0", input) },
  { format: "zvhd2", label: "a ZVHD2 image", handling: "open", opensAs: "zvhd2", probe: (input) => probeZvhd("z2strm\0\0", input) },
  { format: "parallels", label: "a Parallels image", handling: "convert", probe: startsWith("WithoutFreeSpace", "WithouFreSpacExt") },
  { format: "bochs", label: "a Bochs disk image", handling: "convert", probe: startsWith("Bochs Virtual HD Image") },
  {
    format: "cloop",
    label: "a cloop image (compressed loop device)",
    handling: "convert",
    probe: startsWith("#!/bin/sh\n#V2.0 Format\nmodprobe cloop"),
  },
  { format: "dmg", label: "a DMG image (macOS)", handling: "convert", probe: probeDmg },
  { format: "wim", label: "a WIM archive (Windows)", handling: "convert", probe: startsWith("MSWIM\0\0\0") },
  { format: "iso", label: "an optical disc (ISO 9660 or UDF)", handling: "open", opensAs: "iso", probe: probeOptical },
  { format: "luks", label: "a disk encrypted with LUKS", handling: "encrypted", probe: probeLuks },
  { format: "ova", label: "an OVA archive", handling: "open", probe: probeOva },
  { format: "gzip", label: "a file compressed with gzip", handling: "open", probe: startsWith("\x1f\x8b\x08") },
  { format: "xz", label: "a file compressed with xz", handling: "unpack", probe: startsWith("\xfd7zXZ\0") },
  { format: "zstd", label: "a file compressed with zstd", handling: "open", probe: startsWith("\x28\xb5\x2f\xfd") },
  { format: "bzip2", label: "a file compressed with bzip2", handling: "unpack", probe: probeBzip2 },
  { format: "zip", label: "a ZIP archive", handling: "unpack", probe: startsWith("PK\x03\x04", "PK\x05\x06", "PK\x07\x08") },
  { format: "7z", label: "a 7z archive", handling: "unpack", probe: startsWith("7z\xbc\xaf\x27\x1c") },
];

function startsWith(...texts: readonly string[]): (input: ProbeInput) => ProbeResult {
  return ({ head }) => {
    const text = texts.find((candidate) => hasText(head, 0, candidate));
    return text === undefined ? undefined : { found: `${nameOf(text)} at 0` };
  };
}

/** Later versions than 3 count too: they are to be refused as qcow2, not taken for a raw disk. */
function probeQcow2({ head }: ProbeInput): ProbeResult {
  const version = u32(head, 4, "be") ?? 0;
  return hasText(head, 0, QCOW_MAGIC) && version >= 2 ? { found: `"QFI" FB at 0, version ${version}` } : undefined;
}

function probeQcow1({ head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0, QCOW_MAGIC) || (u32(head, 4, "be") ?? 0) >= 2) {
    return undefined;
  }
  const [clusterBits = 0, l2Bits = 0] = head.subarray(32, 34);
  const isSound = u32(head, 4, "be") === 1 && clusterBits >= 9 && clusterBits <= 16 && l2Bits >= 6 && l2Bits <= 13;
  return isSound ? { found: '"QFI" FB at 0, version 1' } : { damaged: "its version or its cluster size is not valid" };
}

function probeVdi({ head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0x40, "\x7f\x10\xda\xbe")) {
    return undefined;
  }
  return u32(head, 68, "le") === 0x0001_0001
    ? { found: "the signature 7F 10 DA BE at 64, version 1.1" }
    : { damaged: "its version is not 1.1" };
}

function probeVmdkSparse({ head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0, "KDMV")) {
    return undefined;
  }
  return hasText(head, 73, "\n \r\n")
    ? { found: '"KDMV" at 0' }
    : { damaged: "the line ends at 73 were changed, as a transfer in text mode does" };
}

function probeVmdkCowd({ head }: ProbeInput): ProbeResult {
  return hasText(head, 0, "COWD") && u32(head, 4, "le") === 1 ? { found: '"COWD" at 0, version 1' } : undefined;
}

function probeVmdkSeSparse({ head }: ProbeInput): ProbeResult {
  const hasMagic = hasText(head, 0, "\xbe\xba\xfe\xca\0\0\0\0");
  return hasMagic && hasText(head, 8, "\0\0\0\0\x02\0\0\0") ? { found: "the seSparse magic number at 0, version 2.1" } : undefined;
}

function probeDmg({ tail }: ProbeInput): ProbeResult {
  const at = tail.length - 512;
  return hasText(tail, at, "koly") && u32(tail, at + 8, "be") === 512 ? { found: '"koly" in the last sector' } : undefined;
}

function probeLuks({ head }: ProbeInput): ProbeResult {
  if (!hasText(head, 0, "LUKS\xba\xbe")) {
    return undefined;
  }
  const version = (u32(head, 4, "be") ?? 0) & 0xffff;
  return version === 1 || version === 2 ? { found: `"LUKS" BA BE at 0, version ${version}` } : { damaged: `its version is ${version}` };
}

function probeOva({ head }: ProbeInput): ProbeResult {
  const [name = ""] = Buffer.from(head.subarray(0, 100)).toString("latin1").split("\0");
  return hasText(head, 257, "ustar") && name.toLowerCase().endsWith(".ovf")
    ? { found: "a tar archive whose first member is an OVF" }
    : undefined;
}

function probeBzip2({ head }: ProbeInput): ProbeResult {
  const isStart = hasText(head, 0, "BZh") && (hasText(head, 4, "1AY&SY") || hasText(head, 4, "\x17rE8P\x90"));
  return isStart ? { found: '"BZh" at 0' } : undefined;
}

/** Spells a magic number: printable characters as they are, the others in hexadecimal. */
function nameOf(magic: string): string {
  return /^[ -~]+$/.test(magic)
    ? `"${magic}"`
    : Buffer.from(magic, "latin1")
        .toString("hex")
        .toUpperCase()
        .replace(/..(?!$)/g, "$& ");
}
