import type { Piece } from "../core/disk-writer.ts";
import { PAGE_BYTES } from "../zvhd/record.ts";
import type { RecordLengths } from "../zvhd/record-lengths.ts";
import { bitmapSegments, indexSegments } from "./write-tables.ts";
import { copyBehindRecords, lastBlockOf } from "./write-zvhd2-footer.ts";

/**
 * Makes everything behind the records: a copy of the first block, index, bitmap, last block.
 *
 * Memory  one segment of 512 KiB
 * Source  docs/formats/zvhd2.md, "Layout"
 */
export function* writeTail(firstBlock: Buffer, lengths: RecordLengths): Generator<Piece> {
  yield { offset: lengths.endBytes, bytes: copyBehindRecords(firstBlock, lengths.count) };
  const indexOffset = lengths.endBytes + PAGE_BYTES;
  let offset = indexOffset;
  for (const bytes of indexSegments(lengths)) {
    yield { offset, bytes };
    offset += bytes.length;
  }
  const bitmapOffset = offset;
  for (const bytes of bitmapSegments(lengths)) {
    yield { offset, bytes };
    offset += bytes.length;
  }
  yield { offset, bytes: lastBlockOf(firstBlock, { indexOffset, bitmapOffset, endBytes: offset, storedBlocks: lengths.count }) };
}
