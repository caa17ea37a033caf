import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRange } from "./parse-range.ts";

test("ranges name their bytes, cut off at the end of the object", () => {
  for (const [header, start, end] of [
    ["bytes=0-0", 0, 1],
    ["bytes=0-9", 0, 10],
    ["bytes=5-", 5, 10],
    ["bytes=5-99999", 5, 10],
    ["bytes=-3", 7, 10],
    ["bytes=-300", 0, 10],
    [" Bytes = 1 - 2 ", 1, 3],
  ] as const) {
    assert.deepEqual(parseRange(header, 10), { start, end }, header);
  }
});

test("what is no range, or more than one, asks for the whole", () => {
  for (const header of [undefined, "", "bytes=", "bytes=-", "bytes=2-1", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=1.5-2"]) {
    assert.equal(parseRange(header, 10), undefined);
  }
});

test("a range outside the object is refused", () => {
  for (const header of ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=9999999999999999-"]) {
    assert.throws(() => parseRange(header, 10), { code: "obs.InvalidRange" }, header);
  }
  assert.throws(() => parseRange("bytes=0-", 0), { code: "obs.InvalidRange" });
});
