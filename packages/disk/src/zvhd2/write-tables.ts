import { writeU64Le } from "../core/write-u64-le.ts";
import type { RecordLengths } from "../zvhd/record-lengths.ts";
import { BITMAP_SEGMENT_BYTES, BITS_PER_SEGMENT, ENTRIES_PER_SEGMENT, INDEX_ENTRY_BYTES, INDEX_SEGMENT_BYTES } from "./zvhd2-footer.ts";

/**
 * Makes the index, one entry for each record, in whole segments. A disk without records has none.
 *
 * Memory  one segment of 512 KiB
 * Source  docs/formats/zvhd2.md, "Index"
 */
export function* indexSegments(lengths: RecordLengths): Generator<Uint8Array> {
  let bytes = Buffer.alloc(0);
  let view = viewOf(bytes);
  let entry = 0;
  for (const { block, offset, length } of lengths.records()) {
    const at = (entry % ENTRIES_PER_SEGMENT) * INDEX_ENTRY_BYTES;
    if (at === 0) {
      if (entry > 0) {
        yield bytes;
      }
      bytes = Buffer.alloc(INDEX_SEGMENT_BYTES);
      view = viewOf(bytes);
    }
    writeU64Le(view, at, offset);
    view.setUint32(at + 8, block, true);
    view.setUint32(at + 12, length, true);
    entry += 1;
  }
  if (entry > 0) {
    yield bytes;
  }
}

/**
 * Makes the bitmap, one bit for each block of the disk, in whole segments.
 *
 * Memory  one segment of 4 KiB
 * Source  docs/formats/zvhd2.md, "Bitmap"
 */
export function* bitmapSegments(lengths: RecordLengths): Generator<Uint8Array> {
  for (let first = 0; first < lengths.blockCount; first += BITS_PER_SEGMENT) {
    const bytes = Buffer.alloc(BITMAP_SEGMENT_BYTES);
    const end = Math.min(first + BITS_PER_SEGMENT, lengths.blockCount);
    for (let block = first; block < end; block += 1) {
      if (lengths.has(block)) {
        const at = Math.floor((block - first) / 8);
        bytes[at] = (bytes[at] ?? 0) | (1 << (block % 8));
      }
    }
    yield bytes;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
