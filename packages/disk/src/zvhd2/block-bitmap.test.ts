import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { BlockBitmap } from "./block-bitmap.ts";

const SEGMENT_BITS = 32_768;
const BLOCKS = 3 * SEGMENT_BITS - 5;

const stored = fc.uniqueArray(fc.nat({ max: BLOCKS - 1 }), { maxLength: 40 }).map((blocks) => blocks.toSorted((one, other) => one - other));

function bitmapOf(blocks: readonly number[]): BlockBitmap {
  const bits = Buffer.alloc((3 * SEGMENT_BITS) / 8);
  for (const block of blocks) {
    bits[block >> 3] = (bits[block >> 3] ?? 0) | (1 << (block & 7));
  }
  return new BlockBitmap(bits, BLOCKS);
}

test("ranks count the bits before, and selecting undoes ranking", () => {
  fc.assert(
    fc.property(stored, (blocks) => {
      const bitmap = bitmapOf(blocks);
      assert.equal(bitmap.count, blocks.length);
      for (const [rank, block] of blocks.entries()) {
        assert.ok(bitmap.has(block));
        assert.equal(bitmap.rank(block), rank);
        assert.equal(bitmap.select(rank), block);
        assert.equal(bitmap.next(block), block);
        assert.equal(bitmap.next(block + 1), blocks[rank + 1]);
      }
    }),
  );
});

test("a bit behind the disk's end is refused", () => {
  assert.throws(() => bitmapOf([7, BLOCKS]), { code: "disk.corrupt", message: new RegExp(`bit for block ${BLOCKS},`) });
});
