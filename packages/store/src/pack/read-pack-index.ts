import type { Backend } from "../backend/backend.ts";
import { StoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";
import { decodePackFooter, decodePackIndex, packEntryBytes, packFooterBytes, packHeaderBytes } from "./pack-format.ts";
import type { PackEntry } from "./pack-format.ts";

/**
 * Reads which chunks a pack holds from the pack itself.
 *
 * Memory  at most 7 MiB (an index of 65536 entries, twice)
 * Throws  `store.damaged` when header, index or footer are not whole; `store.missing` when there is no such pack
 */
export async function readPackIndex(backend: Backend, name: string): Promise<readonly PackEntry[]> {
  const file = packFileName(name);
  const damaged = (reason: string): StoreError =>
    new StoreError("store.damaged", `Pack ${file} (${backend.place}) is damaged: ${reason}. Restore the file from a backup.`);
  const sizeBytes = await backend.sizeOf(file);
  if (sizeBytes === undefined) {
    throw new StoreError("store.missing", `There is no pack ${file} (${backend.place}).`);
  }
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, await backend.read(file, offset, [bytes]));
  };
  const footer = await read(Math.max(0, sizeBytes - packFooterBytes), packFooterBytes);
  const place = decodePackFooter(footer, sizeBytes);
  if (typeof place === "string") {
    throw damaged(place);
  }
  const header = await read(0, packHeaderBytes);
  const index = await read(place.indexOffset, place.count * packEntryBytes);
  const entries = decodePackIndex({ name, header, index, footer });
  if (typeof entries === "string") {
    throw damaged(entries);
  }
  return entries;
}
