import assert from "node:assert/strict";
import { test } from "node:test";
import { DistinctBytes } from "./distinct-bytes.ts";

test("bytes count once, by whole blocks, and not beyond the end", () => {
  const distinct = new DistinctBytes(3 * 4096 + 512);
  distinct.note(100, 1);
  distinct.note(0, 4096);
  assert.equal(distinct.bytes, 4096);
  distinct.note(4095, 2);
  assert.equal(distinct.bytes, 8192);
  distinct.note(0, 3 * 4096 + 512);
  assert.equal(distinct.bytes, 3 * 4096 + 512);
  distinct.note(0, 0);
  assert.equal(distinct.bytes, 3 * 4096 + 512);
});

test("a disk of many TiB takes a few MiB to count", () => {
  const distinct = new DistinctBytes(64 * 1024 ** 4);
  distinct.note(63 * 1024 ** 4, 1);
  assert.equal(distinct.bytes, 1024 ** 2);
});
