import { createHash } from "node:crypto";
import { DiskError } from "../core/disk-error.ts";
import { SECTOR_BYTES } from "../core/sector.ts";

/** What a caller may choose about a VMDK file. */
export interface VmdkWriteOptions {
  /** Base name of the file, which its own description repeats. Default "disk.vmdk". */
  readonly fileName?: string | undefined;
  /** The content id: 8 hexadecimal digits that a writer changes with the content. Default: follows from the disk's size. */
  readonly contentId?: string | undefined;
}

/** Sectors kept for the descriptor: VirtualBox writes a longer one over it in place. */
export const DESCRIPTOR_SECTORS = 20;

const HEADS = 255;
const SECTORS_PER_TRACK = 63;

/**
 * Writes the text that describes a VMDK of one file.
 *
 * Shape   ends with zeros at DESCRIPTOR_SECTORS whole sectors
 * Throws  disk.unsupported (a file name with folders, quotes or more than 255 bytes; a content id that is none)
 * Source  VMware Virtual Disk Format 5.0, "The Disk Descriptor File"
 */
export function writeDescriptor(
  disk: { readonly virtualSizeBytes: number; readonly createType: "monolithicSparse" | "streamOptimized" },
  options: VmdkWriteOptions,
): Buffer {
  const sectors = disk.virtualSizeBytes / SECTOR_BYTES;
  const cylinders = Math.max(1, Math.min(65_535, Math.floor(sectors / (HEADS * SECTORS_PER_TRACK))));
  const isStream = disk.createType === "streamOptimized";
  const lines = [
    "# Disk DescriptorFile",
    "version=1",
    `CID=${contentIdOf(disk.virtualSizeBytes, options)}`,
    "parentCID=ffffffff",
    `createType="${disk.createType}"`,
    "",
    "# Extent description",
    `${isStream ? "RDONLY" : "RW"} ${sectors} SPARSE "${fileNameOf(options)}"`,
    "",
    "# The Disk Data Base",
    "#DDB",
    "",
    'ddb.adapterType = "lsilogic"',
    'ddb.encoding = "UTF-8"',
    `ddb.geometry.cylinders = "${cylinders}"`,
    `ddb.geometry.heads = "${HEADS}"`,
    `ddb.geometry.sectors = "${SECTORS_PER_TRACK}"`,
    'ddb.virtualHWVersion = "4"',
    "",
  ];
  const bytes = Buffer.alloc(DESCRIPTOR_SECTORS * SECTOR_BYTES);
  bytes.write(lines.join("\n"), "utf8");
  return bytes;
}

function fileNameOf({ fileName = "disk.vmdk" }: VmdkWriteOptions): string {
  if (/[/\\"\p{Cc}]/u.test(fileName) || fileName === "" || fileName === ".." || Buffer.byteLength(fileName) > 255) {
    throw new DiskError("disk.unsupported", `A VMDK cannot describe a file of the name ${JSON.stringify(fileName.slice(0, 80))}.`, {
      remedy: "Give a name without folders, quotes and control characters.",
    });
  }
  return fileName;
}

function contentIdOf(virtualSizeBytes: number, { contentId }: VmdkWriteOptions): string {
  if (contentId === undefined) {
    // The highest values mean "no parent" and "not yet written": without the top bit they cannot come out.
    const word = createHash("sha256").update(`vmdk ${virtualSizeBytes}`).digest().readUInt32BE(0) & 0x7fff_ffff;
    return word.toString(16).padStart(8, "0");
  }
  if (!/^[0-9a-f]{8}$/i.test(contentId) || /^f{7}[ef]$/i.test(contentId)) {
    throw new DiskError("disk.unsupported", `${JSON.stringify(contentId.slice(0, 40))} is no content id of a VMDK.`, {
      remedy: "Give 8 hexadecimal digits, other than ffffffff and fffffffe.",
    });
  }
  return contentId.toLowerCase();
}
