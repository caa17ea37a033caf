/** Names of the containers that this package can open, as the command line and the records spell them. */
export type DiskFormat = "raw" | "qcow2" | "qcow" | "qed" | "vdi" | "vmdk" | "vhd" | "vhdx" | "zvhd" | "zvhd2" | "iso";

/** Names of the containers that this package can make. */
export type OutputFormat = Exclude<DiskFormat, "iso"> | "ova";

/** Names that detection can answer: formats that open, and things that are recognised in order to be refused by name. */
export type DetectedFormat =
  | DiskFormat
  | "vmdk-cowd"
  | "vmdk-sesparse"
  | "vmdk-descriptor"
  | "luks"
  | "ova"
  | "gzip"
  | "xz"
  | "zstd"
  | "bzip2"
  | "zip"
  | "7z"
  | "dmg"
  | "parallels"
  | "bochs"
  | "cloop"
  | "wim";
