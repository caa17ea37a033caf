import type { ByteSource, ReadOptions } from "../../core/byte-source.ts";
import { roundUpToSector, SECTOR_BYTES } from "../../core/sector.ts";
import { chooseFooter } from "../../vhd/choose-footer.ts";
import { readDynamicHeader } from "../../vhd/read-dynamic-header.ts";
import { readBlockTable } from "../../vhd/read-block-table.ts";
import type { BlockTable } from "../../vhd/read-block-table.ts";
import { DYNAMIC_HEADER_BYTES, FOOTER_BYTES, NOWHERE } from "../../vhd/vhd-footer.ts";
import { virtualSizeOf } from "../../vhd/virtual-size-of.ts";
import type { BlockPlaces, PlaceBatch } from "./block-places.ts";

/** Blocks that are listed at a time. */
const BLOCKS_PER_BATCH = 8192;

/**
 * Finds the blocks of a dynamic or differencing VHD; undefined for a fixed one, which is one stretch.
 *
 * Memory  the block table, at most 16 MiB, twice that while it is read
 * Throws  what footer, header and block table are refused with; disk.io
 */
export async function vhdPlaces(source: ByteSource, options: ReadOptions): Promise<BlockPlaces | undefined> {
  const { footer, bodyBytes } = await chooseFooter(source, options);
  if (footer.type === "fixed") {
    return undefined;
  }
  const diskBytes = roundUpToSector(virtualSizeOf(footer, bodyBytes).sizeBytes);
  const header = await readDynamicHeader(source, footer.dataOffset, options);
  const table = await readBlockTable(source, header, diskBytes, options);
  const storedBytes = table.bitmapBytes + table.blockBytes;
  return {
    diskBytes,
    blockBytes: table.blockBytes,
    places: ({ from, to }) => listPlaces(table, { from, to: Math.min(to, diskBytes), bodyBytes }),
    taken: [
      { name: "the footer's copy", offset: 0, length: FOOTER_BYTES },
      { name: "the header", offset: header.offset, length: DYNAMIC_HEADER_BYTES },
      { name: "the block table", offset: header.tableOffset, length: header.tableEntries * 4 },
    ],
    // A differencing disk also keeps names of its parent in the file, at places that are not read here.
    blockArea: footer.type === "dynamic" ? { from: 0, to: bodyBytes, blockBytes: storedBytes } : undefined,
  };
}

async function* listPlaces(
  { sectors, blockBytes, bitmapBytes }: BlockTable,
  { from, to, bodyBytes }: { readonly from: number; readonly to: number; readonly bodyBytes: number },
): AsyncGenerator<PlaceBatch> {
  const blocks = Math.ceil(to / blockBytes);
  for (let first = Math.floor(from / blockBytes); first < blocks; first += BLOCKS_PER_BATCH) {
    const end = Math.min(first + BLOCKS_PER_BATCH, blocks);
    const places = [];
    for (let block = first; block < end; block += 1) {
      const sector = sectors[block] ?? NOWHERE;
      if (sector !== NOWHERE) {
        const fileOffset = sector * SECTOR_BYTES;
        // Of the last block some writers store no more than the disk has.
        const length = Math.min(bitmapBytes + blockBytes, bodyBytes - fileOffset);
        places.push({ diskOffset: block * blockBytes, fileOffset, length });
      }
    }
    yield { places, end: Math.min(end * blockBytes, to) };
  }
}
