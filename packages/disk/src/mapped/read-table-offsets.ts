import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { cutOff, damaged } from "./mapping-errors.ts";

/** Entries that are read and decoded in one go: 1 MiB of the file. */
const ENTRIES_PER_READ = 128 * 1024;

/** Where a first-level table lies and what its entries must be. */
export interface FirstLevel {
  /** Name of the format, for messages. */
  readonly format: string;
  readonly offset: number;
  readonly entries: number;
  /** Reads the place that the entry of that number names, from `at` on; throws DiskError when bits are set that are no part of a place. */
  readEntry(view: DataView, at: number, entry: number): number;
  /** Length of each table that an entry names. */
  readonly tableBytes: number;
  /** What every place must be a multiple of. */
  readonly alignment: number;
  /** Bytes at the start of the file in which no table can lie: the header. */
  readonly headBytes: number;
}

/**
 * Reads a first-level table: the place of each second-level table in the file, 0 where there is none. Refuses entries that share a table or
 * overlap: no writer makes that, and it lets a small file claim a huge disk. Without sharing, all tables together are no longer than the file.
 *
 * Units   bytes; one element for each second-level table
 * Memory  8 bytes an entry, twice that while the entries are checked; the caller bounds their number
 * Throws  disk.corrupt, disk.truncated
 */
export async function readTableOffsets(source: ByteSource, level: FirstLevel, options?: ReadOptions): Promise<Float64Array> {
  const tables = new Float64Array(level.entries);
  for (let first = 0; first < tables.length; first += ENTRIES_PER_READ) {
    const count = Math.min(ENTRIES_PER_READ, tables.length - first);
    const bytes = await source.read(level.offset + first * 8, count * 8, options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < count; index += 1) {
      const offset = level.readEntry(view, index * 8, first + index);
      checkPlace({ entry: first + index, offset }, level, source.lengthBytes);
      tables[first + index] = offset;
    }
  }
  refuseOverlaps(tables, level, source.lengthBytes);
  return tables;
}

function checkPlace({ entry, offset }: { entry: number; offset: number }, level: FirstLevel, fileBytes: number): void {
  if (offset === 0) {
    return;
  }
  const names = `L1 entry ${entry} of the ${level.format} image names an L2 table at ${offset}`;
  if (offset + level.tableBytes > fileBytes) {
    throw cutOff(names, fileBytes);
  }
  if (offset % level.alignment !== 0) {
    throw damaged(`${names}, which is no multiple of ${level.alignment}`);
  }
  if (offset < level.headBytes || (offset + level.tableBytes > level.offset && offset < level.offset + level.entries * 8)) {
    throw damaged(`${names}, inside the header or the L1 table itself`);
  }
}

function refuseOverlaps(tables: Float64Array, level: FirstLevel, fileBytes: number): void {
  const used = tables.filter((offset) => offset !== 0);
  // More tables than the file has room for need no search, which would take long.
  const areTooMany = used.length * level.tableBytes > fileBytes;
  if (areTooMany || used.sort().some((offset, index) => index > 0 && offset < (used[index - 1] ?? 0) + level.tableBytes)) {
    throw damaged(`Several L1 entries of the ${level.format} image share an L2 table`);
  }
}
