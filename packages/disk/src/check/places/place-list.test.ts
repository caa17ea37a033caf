import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { PlaceList } from "./place-list.ts";

test("places that follow one another on both sides are one", () => {
  const list = new PlaceList();
  list.add({ fileOffset: 100, diskOffset: 0, length: 10 });
  list.add({ fileOffset: 110, diskOffset: 10, length: 10 });
  list.add({ fileOffset: 120, diskOffset: 30, length: 10 });
  assert.deepEqual(
    [...list.inFileOrder()],
    [
      { fileOffset: 100, diskOffset: 0, length: 20 },
      { fileOffset: 120, diskOffset: 30, length: 10 },
    ],
  );
});

test("places come in the order of the file, none of them lost", () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 2 ** 50 }), { maxLength: 3000 });
  fc.assert(
    fc.property(numbers, (offsets) => {
      const list = new PlaceList();
      for (const [index, offset] of offsets.entries()) {
        list.add({ fileOffset: offset, diskOffset: index * 100, length: 1 });
      }
      const found = [...list.inFileOrder()].map(({ fileOffset }) => fileOffset);
      assert.deepEqual(
        found,
        offsets.toSorted((one, other) => one - other),
      );
      assert.equal(list.isFull, false);
    }),
    { numRuns: 30 },
  );
});
