import { readU64 } from "../../core/read-u64.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";
import { readWords } from "./read-words.ts";
import type { Stretch } from "./read-words.ts";

const ENTRY_BYTES = 24;

/** What QEMU accepts: 65,535 bitmaps with an entry of 1 KiB each. */
const MAX_DIRECTORY_BYTES = 64 * 1024 * 1024;

/**
 * Notes the use of the bitmaps that the file keeps: their directory, their tables, and the clusters that these name.
 *
 * Memory  the directory, at most 64 MiB; 1 MiB of a table
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "Bitmaps extension", "Bitmap directory", "Bitmap table"
 */
export async function countBitmaps(check: Qcow2Check): Promise<void> {
  const { source, header, books, use, signal } = check;
  const { clusterSize } = header;
  for (const table of await readDirectory(check)) {
    if (table.offset % clusterSize !== 0 || !use.refer(table.offset, table.length, "bitmaps")) {
      const message = `A bitmap's table has ${table.length} bytes at ${table.offset}, which is no place for it in a file of ${source.lengthBytes}.`;
      addError(check, message, { fileOffset: books.bitmapDirectory?.offset ?? 0 });
      continue;
    }
    for await (const { index, high, low } of readWords(source, table, { signal })) {
      const offset = (high & 0x00ff_ffff) * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0);
      const place = { fileOffset: table.offset + index * 8 };
      if ((high & 0xff00_0000) !== 0 || (low & 0x1fe) !== 0 || offset % clusterSize !== 0) {
        addError(check, `Entry ${index} of the bitmap table at ${table.offset} has reserved or misaligned bits set.`, place);
      } else if (offset !== 0 && !use.refer(offset, clusterSize, "bitmaps")) {
        const message = `Entry ${index} of the bitmap table at ${table.offset} names ${offset}, and the file ends at ${source.lengthBytes}.`;
        addError(check, message, place);
      }
    }
  }
}

/** Answers the tables, which together are no longer than the file. */
async function readDirectory(check: Qcow2Check): Promise<readonly Stretch[]> {
  const { source, header, books, use, signal } = check;
  const { bitmapDirectory: directory, bitmapCount } = books;
  if (directory === undefined || bitmapCount === 0) {
    return [];
  }
  const { offset, length } = directory;
  const place = { fileOffset: offset };
  if (length > MAX_DIRECTORY_BYTES || offset % header.clusterSize !== 0 || offset === 0 || offset + length > source.lengthBytes) {
    addError(
      check,
      `The directory of bitmaps has ${length} bytes at ${offset}, which is no place for it in a file of ${source.lengthBytes}.`,
      {
        fileOffset: 0,
      },
    );
    return [];
  }
  use.refer(offset, length, "bitmaps");
  const bytes = await source.read(offset, length, { signal });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables: Stretch[] = [];
  let at = 0;
  let tableBytes = 0;
  for (let index = 0; index < bitmapCount; index += 1) {
    const entryBytes = at + ENTRY_BYTES > length ? Infinity : ENTRY_BYTES + view.getUint32(at + 20) + view.getUint16(at + 18);
    if (at + entryBytes > length) {
      addError(check, `Entry ${index} of the directory of bitmaps leaves its ${length} bytes.`, place);
      break;
    }
    const table = { offset: readU64(view, at), length: view.getUint32(at + 8) * 8 };
    tableBytes += table.length;
    if (tableBytes > source.lengthBytes) {
      addError(check, "The tables of the bitmaps are longer than the file.", place);
      break;
    }
    tables.push(table);
    at += Math.ceil(entryBytes / 8) * 8;
  }
  return tables;
}
