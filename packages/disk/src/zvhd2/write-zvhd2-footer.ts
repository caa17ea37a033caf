import { writeU64Le } from "../core/write-u64-le.ts";
import { buildFooter, sealFooter } from "../zvhd/write-footer.ts";
import type { ZvhdWriteOptions } from "../zvhd/write-footer.ts";
import { BITMAP_SEGMENT_BYTES, INDEX_SEGMENT_BYTES, methods, ZVHD2_VERSION } from "./zvhd2-footer.ts";
import type { CompressionMethod, Zvhd2Tables } from "./zvhd2-footer.ts";

/**
 * Makes the first block of a ZVHD2 file, which does not know yet where the tables will stand.
 *
 * Throws  RangeError (the uuid is none)
 * Source  docs/formats/zvhd2.md, "First and last block"
 */
export function buildZvhd2Footer(
  disk: { readonly sizeBytes: number; readonly method: CompressionMethod; readonly blockBytes: number },
  options: ZvhdWriteOptions,
): Buffer {
  const block = buildFooter("zvhd2", disk.sizeBytes, options);
  block.writeUInt8(ZVHD2_VERSION, 87);
  block.writeUInt32LE(disk.blockBytes, 88);
  block.writeUInt32LE(Math.ceil(disk.sizeBytes / disk.blockBytes), 92);
  block.writeUInt8(methods.indexOf(disk.method), 141);
  sealFooter(block);
  return block;
}

/** Makes the copy behind the records: the first block with the number of records and, as in the files known, the checksum it had without. */
export function copyBehindRecords(firstBlock: Buffer, storedBlocks: number): Buffer {
  const block = Buffer.from(firstBlock);
  block.writeUInt32LE(storedBlocks, 136);
  return block;
}

/** Makes the last block from the first one and what is known when everything else is written. */
export function lastBlockOf(
  firstBlock: Buffer,
  known: Pick<Zvhd2Tables, "indexOffset" | "bitmapOffset" | "storedBlocks"> & { readonly endBytes: number },
): Buffer {
  const { indexOffset, bitmapOffset, storedBlocks, endBytes } = known;
  const block = Buffer.from(firstBlock);
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  writeU64Le(view, 96, indexOffset);
  writeU64Le(view, 104, bitmapOffset);
  view.setUint32(112, bitmapOffset - indexOffset, true);
  view.setUint32(116, endBytes - bitmapOffset, true);
  view.setUint32(120, INDEX_SEGMENT_BYTES, true);
  view.setUint32(124, BITMAP_SEGMENT_BYTES, true);
  view.setUint32(128, (bitmapOffset - indexOffset) / INDEX_SEGMENT_BYTES, true);
  view.setUint32(132, (endBytes - bitmapOffset) / BITMAP_SEGMENT_BYTES, true);
  view.setUint32(136, storedBlocks, true);
  sealFooter(block);
  return block;
}
