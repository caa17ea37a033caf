import type { DetectedFormat, DiskFormat } from "@tintype/disk/core/disk-format.ts";

/** What a declared disk format stands for. */
export interface DeclaredFormat {
  /** What the content of a file may be. */
  readonly content: readonly DetectedFormat[];
  /** True when the bytes of the file are those of the disk, or no disk at all: then nothing in them decides how they are read. */
  readonly isPlain: boolean;
}

const plain = (...content: readonly DetectedFormat[]): DeclaredFormat => ({ content, isPlain: true });
const container = (...content: readonly DetectedFormat[]): DeclaredFormat => ({ content, isPlain: false });

/** Contents of kernels and of their first file systems, beside whatever has no name. */
const bootParts: readonly DetectedFormat[] = ["raw", "iso", "gzip", "xz", "zstd", "bzip2"];

/**
 * What a file may be for every format that an image is declared with. A disc is bytes of a raw disk too, and so is a disk that is encrypted
 * as a whole: who has its key reads it by itself.
 *
 * Source  OpenStack Image API reference, "Disk Format"
 */
export const declaredFormats: Readonly<Record<string, DeclaredFormat>> = {
  raw: plain("raw", "iso", "luks"),
  iso: plain("iso"),
  ami: plain(...bootParts),
  ari: plain(...bootParts),
  aki: plain(...bootParts),
  ploop: plain("parallels"),
  qcow2: container("qcow2"),
  qcow: container("qcow"),
  qed: container("qed"),
  vdi: container("vdi"),
  // The reader refuses the last one, and says why better than that the format is another.
  vmdk: container("vmdk", "vmdk-cowd", "vmdk-sesparse", "vmdk-descriptor"),
  vhd: container("vhd"),
  vhdx: container("vhdx"),
  zvhd: container("zvhd"),
  zvhd2: container("zvhd2"),
};

/** Contents that are disks in a container, and who reads them. Their own checks say whether they are safe. */
export const containers: Partial<Readonly<Record<DetectedFormat, DiskFormat>>> = {
  qcow2: "qcow2",
  qcow: "qcow",
  qed: "qed",
  vdi: "vdi",
  vmdk: "vmdk",
  "vmdk-cowd": "vmdk",
  "vmdk-sesparse": "vmdk",
  "vmdk-descriptor": "vmdk",
  vhd: "vhd",
  vhdx: "vhdx",
  zvhd: "zvhd",
  zvhd2: "zvhd2",
};
