import assert from "node:assert/strict";
import { test } from "node:test";
import { freeMemory } from "./free-memory.ts";

test("bytes whose memory was given back are empty", () => {
  const bytes = Buffer.allocUnsafeSlow(1000);
  const view = bytes.subarray(10, 20);
  freeMemory(view);
  assert.deepEqual([bytes.length, view.length, bytes.buffer.detached], [0, 0, true]);
});
