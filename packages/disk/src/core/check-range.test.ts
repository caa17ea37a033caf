import assert from "node:assert/strict";
import { test } from "node:test";
import { checkRange } from "./check-range.ts";

test("a range inside is accepted, also an empty one at the end", () => {
  checkRange(0, 10, 10);
  checkRange(10, 0, 10);
});

test("a range that leaves, is negative or is no whole number is refused", () => {
  for (const [offset, length] of [
    [0, 11],
    [10, 1],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, Number.NaN],
    [2 ** 53, 1],
  ] as const) {
    assert.throws(() => checkRange(offset, length, 10), RangeError, `${offset}, ${length}`);
  }
});
