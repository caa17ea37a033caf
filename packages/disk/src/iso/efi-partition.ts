import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { hasText } from "../detect/probe.ts";

const SECTOR_BYTES = 512;
const MBR_TYPE_EFI = 0xef;
/** C12A7328-F81F-11D2-BA4B-00A0C93EC93B as it stands in the file. */
const GPT_TYPE_EFI = Buffer.from("28732ac11ff8d211ba4b00a0c93ec93b", "hex");
const MAX_GPT_ENTRIES = 128;
const MIN_GPT_ENTRY_BYTES = 128;
const MAX_GPT_ENTRY_BYTES = 4096;

/**
 * Tells whether the partition table that a hybrid disc begins with has an EFI system partition.
 *
 * Memory  at most 512 KiB
 * Source  UEFI specification 5.2.1 (MBR type 0xEF), 5.3.2 and 5.3.3 (GPT)
 */
export async function hasEfiPartition(source: ByteSource, options?: ReadOptions): Promise<boolean> {
  const head = Buffer.from(await source.read(0, 2 * SECTOR_BYTES, options));
  if (hasText(head, 510, "\x55\xaa") && [446, 462, 478, 494].some((at) => head[at + 4] === MBR_TYPE_EFI)) {
    return true;
  }
  return hasText(head, SECTOR_BYTES, "EFI PART") && hasGptEntry(source, head.subarray(SECTOR_BYTES), options);
}

async function hasGptEntry(source: ByteSource, header: Buffer, options?: ReadOptions): Promise<boolean> {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const entriesOffset = readU64Le(view, 72) * SECTOR_BYTES;
  const entries = Math.min(view.getUint32(80, true), MAX_GPT_ENTRIES);
  const entryBytes = view.getUint32(84, true);
  const isSound = entryBytes >= MIN_GPT_ENTRY_BYTES && entryBytes <= MAX_GPT_ENTRY_BYTES;
  if (!isSound || entriesOffset + entries * entryBytes > source.lengthBytes) {
    return false;
  }
  const table = Buffer.from(await source.read(entriesOffset, entries * entryBytes, options));
  return Array.from({ length: entries }, (_, index) => index * entryBytes).some(
    (at) => GPT_TYPE_EFI.compare(table, at, at + GPT_TYPE_EFI.length) === 0,
  );
}
