import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { DynamicHeader } from "./read-dynamic-header.ts";
import { DYNAMIC_HEADER_BYTES, FOOTER_BYTES, NOWHERE } from "./vhd-footer.ts";

/** Entries of the block table and what they point at. */
export interface BlockTable {
  /** Sector of each block's bitmap, `NOWHERE` for blocks that are not there. */
  readonly sectors: Uint32Array;
  readonly blockBytes: number;
  /** Bytes of the bitmap in front of each block's data: a bit a sector, rounded up to whole sectors. */
  readonly bitmapBytes: number;
}

/**
 * Reads the entries that a disk of this size needs, and refuses those that leave the file, overlap its tables or share bytes with each other.
 *
 * Memory  4 bytes an entry, at most 16 MiB; twice that while they are checked
 * Throws  disk.corrupt, disk.truncated
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Block Allocation Table and Data Blocks"
 */
export async function readBlockTable(
  source: ByteSource,
  header: DynamicHeader,
  sizeBytes: number,
  options?: ReadOptions,
): Promise<BlockTable> {
  const { blockBytes, tableOffset, tableEntries } = header;
  const count = Math.ceil(sizeBytes / blockBytes);
  if (tableEntries < count) {
    const room = tableEntries * blockBytes;
    throw corrupt(`its table has ${tableEntries} entries at ${header.offset + 28}, room for ${room} bytes, and the disk has ${sizeBytes}`);
  }
  if (tableOffset + count * 4 > source.lengthBytes) {
    throw truncated(`The block table of the VHD at ${tableOffset} has ${count * 4} bytes, and the file ends at ${source.lengthBytes}.`);
  }
  const bytes = await source.read(tableOffset, count * 4, options);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sectors = new Uint32Array(count);
  for (let block = 0; block < count; block += 1) {
    sectors[block] = view.getUint32(block * 4);
  }
  const bitmapBytes = Math.ceil(blockBytes / SECTOR_BYTES / 8 / SECTOR_BYTES) * SECTOR_BYTES;
  const table = { sectors, blockBytes, bitmapBytes };
  checkPlaces(table, { header, sizeBytes, fileBytes: source.lengthBytes });
  refuseSharedBytes(table);
  return table;
}

function checkPlaces(
  { sectors, blockBytes, bitmapBytes }: BlockTable,
  { header, sizeBytes, fileBytes }: { readonly header: DynamicHeader; readonly sizeBytes: number; readonly fileBytes: number },
): void {
  const taken = [
    { name: "the footer's copy", from: 0, to: FOOTER_BYTES },
    { name: "the header", from: header.offset, to: header.offset + DYNAMIC_HEADER_BYTES },
    { name: "the block table", from: header.tableOffset, to: header.tableOffset + header.tableEntries * 4 },
  ];
  // A table may have millions of entries, so nothing is made for each of them here.
  for (let block = 0; block < sectors.length; block += 1) {
    const sector = sectors[block] ?? NOWHERE;
    if (sector === NOWHERE) {
      continue;
    }
    const from = sector * SECTOR_BYTES;
    // Of the last block some writers store no more than the disk has.
    const to = from + bitmapBytes + Math.min(blockBytes, sizeBytes - block * blockBytes);
    if (to > fileBytes) {
      throw truncated(`Entry ${block} of the VHD's block table names bytes up to ${to}, and the file ends at ${fileBytes}.`);
    }
    for (const part of taken) {
      if (from < part.to && part.from < to) {
        throw corrupt(`entry ${block} of its block table names ${from}, inside ${part.name}`);
      }
    }
  }
}

function refuseSharedBytes({ sectors, blockBytes, bitmapBytes }: BlockTable): void {
  const step = (bitmapBytes + blockBytes) / SECTOR_BYTES;
  const used = sectors.filter((sector) => sector !== NOWHERE).sort();
  for (let index = 1; index < used.length; index += 1) {
    const sector = used[index] ?? 0;
    if (sector - (used[index - 1] ?? 0) < step) {
      throw corrupt(`two blocks share the bytes at ${sector * SECTOR_BYTES}`);
    }
  }
}

function truncated(message: string): DiskError {
  return new DiskError("disk.truncated", message, { remedy: "Copy or upload the file again, completely." });
}

function corrupt(what: string): DiskError {
  return new DiskError("disk.corrupt", `The VHD is damaged: ${what}.`, {
    remedy: "Copy or upload the file again; if it was made like this, repair or convert it where it was made.",
  });
}
