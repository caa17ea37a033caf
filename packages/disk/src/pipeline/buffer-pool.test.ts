import assert from "node:assert/strict";
import { test } from "node:test";
import { BufferPool } from "./buffer-pool.ts";

test("a buffer that was given back is taken again, the last one first", () => {
  const pool = new BufferPool(16, 2);
  const [first, second] = [pool.take(), pool.take()];
  assert.notEqual(first.buffer, second.buffer);
  pool.give(first);
  pool.give(second);
  assert.equal(pool.take(), second);
  assert.equal(pool.take(), first);
  assert.equal(pool.take().length, 16);
});

test("no more buffers are kept than the pool may keep", () => {
  const pool = new BufferPool(16, 1);
  const [first, second] = [pool.take(), pool.take()];
  pool.give(first);
  pool.give(second);
  assert.equal(pool.take(), first);
  assert.notEqual(pool.take(), second);
});
