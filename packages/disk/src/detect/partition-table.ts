import { hasText } from "./probe.ts";

/** Partition tables that a raw disk or a hybrid disc can begin with. They are content, not containers. */
export type PartitionTable = "gpt" | "mbr";

const FILE_SYSTEM_NAMES = [
  { offset: 3, text: "NTFS    " },
  { offset: 3, text: "EXFAT   " },
  { offset: 54, text: "FAT" },
  { offset: 82, text: "FAT32" },
];

/**
 * Tells which partition table a disk begins with. Boot sectors of FAT and NTFS carry the same two bytes at 510 and are none.
 *
 * Source  UEFI specification 5.2 and 5.3; GPT stands in the second sector, of 512 or of 4096 bytes
 */
export function findPartitionTable(head: Uint8Array): PartitionTable | undefined {
  if (hasText(head, 512, "EFI PART") || hasText(head, 4096, "EFI PART")) {
    return "gpt";
  }
  const isFileSystem = FILE_SYSTEM_NAMES.some(({ offset, text }) => hasText(head, offset, text));
  return hasText(head, 510, "\x55\xaa") && !isFileSystem ? "mbr" : undefined;
}
