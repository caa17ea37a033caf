import { open } from "node:fs/promises";
import { readExactly } from "../folder/read-exactly.ts";
import { StoreError } from "../store-error.ts";
import { decodePackFooter, decodePackIndex, packEntryBytes, packFooterBytes, packHeaderBytes } from "./pack-format.ts";
import type { PackEntry } from "./pack-format.ts";

/**
 * Reads which chunks a pack holds from the pack itself.
 *
 * Memory  at most 6 MiB (an index of 65536 entries, twice)
 * Throws  `store.damaged` when header, index or footer are not whole
 */
export async function readPackIndex(path: string, name: string): Promise<readonly PackEntry[]> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, await readExactly(file, offset, bytes));
  };
  const footer = await read(Math.max(0, size - packFooterBytes), packFooterBytes);
  const place = decodePackFooter(footer, size);
  if (typeof place === "string") {
    throw damagedPack(path, place);
  }
  const header = await read(0, packHeaderBytes);
  const index = await read(place.indexOffset, place.count * packEntryBytes);
  const entries = decodePackIndex({ name, header, index, footer });
  if (typeof entries === "string") {
    throw damagedPack(path, entries);
  }
  return entries;
}

function damagedPack(path: string, reason: string): StoreError {
  return new StoreError("store.damaged", `Pack ${path} is damaged: ${reason}. Restore the file from a backup.`);
}
