import { readU64Le } from "../core/read-u64-le.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { damaged, unknownVariant } from "../zvhd/damaged.ts";
import { checkSameFooter, parseFooter } from "../zvhd/parse-footer.ts";
import { PAGE_BYTES } from "../zvhd/record.ts";
import {
  BITMAP_SEGMENT_BYTES,
  BITS_PER_SEGMENT,
  ENTRIES_PER_SEGMENT,
  INDEX_SEGMENT_BYTES,
  MAX_BLOCK_BYTES,
  methods,
  MIN_BLOCK_BYTES,
  ZVHD2_VERSION,
} from "./zvhd2-footer.ts";
import type { Zvhd2Footer, Zvhd2Tables } from "./zvhd2-footer.ts";

/**
 * Parses what the first and the last block of a ZVHD2 file say alike.
 *
 * Throws  disk.corrupt, disk.truncated (the last block is something else), disk.unsupported (version, method), disk.limit
 * Source  docs/formats/zvhd2.md, "First and last block"
 */
export function parseZvhd2Footer(block: Uint8Array, at: VirtualSizeLimit & { readonly place: "first" | "last" }): Zvhd2Footer {
  const common = parseFooter(block, { ...at, format: "zvhd2" });
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const version = view.getUint8(87);
  if (version !== ZVHD2_VERSION) {
    throw unknownVariant(`The ZVHD2 version at 87 of the ${at.place} block is ${version}; only ${ZVHD2_VERSION} is known.`);
  }
  const blockBytes = view.getUint32(88, true);
  if (blockBytes < MIN_BLOCK_BYTES || blockBytes > MAX_BLOCK_BYTES || !Number.isInteger(Math.log2(blockBytes))) {
    throw damaged(`The block_size at 88 of the ${at.place} block is ${blockBytes}, no power of two from 1 to 32 MiB.`);
  }
  const blockCount = view.getUint32(92, true);
  if (blockCount !== Math.ceil(common.sizeBytes / blockBytes)) {
    throw damaged(`The max_blk_num at 92 of the ${at.place} block is ${blockCount}, for a disk of ${common.sizeBytes} bytes.`);
  }
  const method = methods[view.getUint8(141)];
  if (method === undefined) {
    throw unknownVariant(`The compress_method at 141 of the ${at.place} block is ${view.getUint8(141)}; 0 (zlib) and 1 (zstd) are known.`);
  }
  return { ...common, blockBytes, blockCount, method };
}

/** Refuses a last block that does not belong to the first one. Throws disk.corrupt. */
export function checkSameZvhd2Footer(first: Zvhd2Footer, last: Zvhd2Footer): void {
  checkSameFooter(first, last);
  for (const [field, at] of [
    ["blockBytes", 88],
    ["method", 141],
  ] as const) {
    if (first[field] !== last[field]) {
      throw damaged(`The first and the last block differ at ${at}: ${first[field]} and ${last[field]}.`);
    }
  }
}

/**
 * Parses where index and bitmap stand from the last block, and checks that they lie in this order behind the records and inside the file.
 *
 * Throws  disk.corrupt, disk.unsupported (an index with entries for empty blocks)
 */
export function parseTables(lastBlock: Uint8Array, { blockCount }: Zvhd2Footer, fileBytes: number): Zvhd2Tables {
  const view = new DataView(lastBlock.buffer, lastBlock.byteOffset, lastBlock.byteLength);
  if (view.getUint8(140) !== 0) {
    throw unknownVariant(`The index_contains_zero at 140 of the last block is ${view.getUint8(140)}; only 0 is known.`);
  }
  const tables: Zvhd2Tables = {
    indexOffset: readU64Le(view, 96),
    bitmapOffset: readU64Le(view, 104),
    indexSegments: view.getUint32(128, true),
    bitmapSegments: view.getUint32(132, true),
    storedBlocks: view.getUint32(136, true),
  };
  checkField(view, 136, tables.storedBlocks <= blockCount);
  checkField(view, 120, view.getUint32(120, true) === INDEX_SEGMENT_BYTES);
  checkField(view, 124, view.getUint32(124, true) === BITMAP_SEGMENT_BYTES);
  checkField(view, 128, tables.indexSegments === Math.ceil(tables.storedBlocks / ENTRIES_PER_SEGMENT));
  checkField(view, 132, tables.bitmapSegments === Math.ceil(blockCount / BITS_PER_SEGMENT));
  checkField(view, 112, view.getUint32(112, true) === tables.indexSegments * INDEX_SEGMENT_BYTES);
  checkField(view, 116, view.getUint32(116, true) === tables.bitmapSegments * BITMAP_SEGMENT_BYTES);
  checkPlaces(tables, fileBytes);
  return tables;
}

function checkPlaces({ indexOffset, indexSegments, bitmapOffset, bitmapSegments }: Zvhd2Tables, fileBytes: number): void {
  // Before the index stand at least the first block and its copy behind the records.
  if (indexOffset < 2 * PAGE_BYTES || indexOffset % PAGE_BYTES !== 0) {
    throw damaged(`The index_offset at 96 of the last block is ${indexOffset}.`);
  }
  if (bitmapOffset < indexOffset + indexSegments * INDEX_SEGMENT_BYTES || bitmapOffset % PAGE_BYTES !== 0) {
    throw damaged(
      `The bitmap_offset at 104 of the last block is ${bitmapOffset}, and the index of ${indexSegments} segments at ${indexOffset}.`,
    );
  }
  if (bitmapOffset + bitmapSegments * BITMAP_SEGMENT_BYTES > fileBytes - PAGE_BYTES) {
    throw damaged(`The bitmap of ${bitmapSegments} segments at ${bitmapOffset} reaches into the last block, at ${fileBytes - PAGE_BYTES}.`);
  }
}

/** Names of the fields that count segments, for the messages. */
const fieldNames: Readonly<Record<number, string>> = {
  112: "index_size",
  116: "bitmap_size",
  120: "index_seg_size",
  124: "bitmap_seg_size",
  128: "index_seg_num",
  132: "bitmap_seg_num",
  136: "non_zero_blk_num",
};

function checkField(view: DataView, at: number, isSound: boolean): void {
  if (!isSound) {
    throw damaged(`The ${fieldNames[at]} at ${at} of the last block is ${view.getUint32(at, true)}, which the other fields contradict.`);
  }
}
