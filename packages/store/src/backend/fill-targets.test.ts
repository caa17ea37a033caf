import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as assertProperty, nat, property } from "fast-check";
import { checkOffset, fillTargets } from "./fill-targets.ts";

test("pieces of any length end up in targets of any length as one copy would", () => {
  const lengths = array(nat(9), { maxLength: 6 });
  assertProperty(
    property(lengths, lengths, (targetLengths, pieceLengths) => {
      const targets = targetLengths.map((length) => Buffer.alloc(length, 0xff));
      const room = targetLengths.reduce((sum, length) => sum + length, 0);
      const source = Buffer.from(Array.from({ length: pieceLengths.reduce((sum, length) => sum + length, 0) }, (_, index) => index));
      let filled = 0;
      let at = 0;
      for (const length of pieceLengths) {
        filled += fillTargets(targets, filled, source.subarray(at, at + length));
        at += length;
      }
      assert.equal(filled, Math.min(room, source.length));
      const expected = Buffer.alloc(room, 0xff);
      source.copy(expected);
      assert.deepEqual(Buffer.concat(targets), expected);
    }),
  );
});

test("places before the start of a file are refused", () => {
  checkOffset(0);
  for (const offset of [-1, 0.5, Number.NaN, Infinity]) {
    assert.throws(() => checkOffset(offset), RangeError);
  }
});
