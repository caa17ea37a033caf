import assert from "node:assert/strict";
import { test } from "node:test";
import { parseContentRange } from "./parse-content-range.ts";

test("a range with a total, and one without, are read", () => {
  assert.deepEqual(parseContentRange("bytes 0-0/10"), { first: 0, last: 0, totalBytes: 10 });
  assert.deepEqual(parseContentRange(" Bytes 5-9/*"), { first: 5, last: 9, totalBytes: undefined });
});

test("what is no range, or contradicts itself, is none", () => {
  const bad = [
    null,
    "",
    "bytes */10",
    "bytes 5-4/10",
    "bytes 0-10/10",
    "items 0-1/2",
    "bytes -1-2/3",
    "bytes 0-1",
    "bytes 0-9999999999999999/*",
  ];
  for (const header of bad) {
    assert.equal(parseContentRange(header), undefined, String(header));
  }
});
