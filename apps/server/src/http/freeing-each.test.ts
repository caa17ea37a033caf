import assert from "node:assert/strict";
import { test } from "node:test";
import { freeingEach } from "./freeing-each.ts";

test("a piece is whole until the next is asked for, and then gone; a part of something larger stays", async () => {
  const whole = new Uint8Array(5000).fill(7);
  const part = new Uint8Array(5000).fill(8).subarray(0, 4999);
  const lengths: number[] = [];
  async function* body() {
    yield whole;
    yield part;
  }
  for await (const bytes of freeingEach(body())) {
    await Promise.resolve();
    lengths.push(bytes.length);
  }
  assert.deepEqual(lengths, [5000, 4999]);
  assert.equal(whole.length, 0);
  assert.equal(part.length, 4999);
});
