import assert from "node:assert/strict";
import { test } from "node:test";
import { ByteLru } from "./byte-lru.ts";

function countingCache(maxBytes: number): { get(key: number): Promise<string>; loads: number[] } {
  const cache = new ByteLru<string>(maxBytes);
  const loads: number[] = [];
  return {
    loads,
    get: (key) =>
      cache.get(key, 10, async () => {
        loads.push(key);
        return `value ${key}`;
      }),
  };
}

test("a value is loaded once while it is held, also when asked for twice at a time", async () => {
  const cache = countingCache(100);
  assert.deepEqual(await Promise.all([cache.get(1), cache.get(1)]), ["value 1", "value 1"]);
  await cache.get(1);
  assert.deepEqual(cache.loads, [1]);
});

test("the value not used for longest goes first when the weight is reached", async () => {
  const cache = countingCache(20);
  for (const key of [1, 2, 1, 3, 1, 2]) {
    await cache.get(key);
  }
  assert.deepEqual(cache.loads, [1, 2, 3, 2]);
});

test("one value is held even when it alone weighs more than allowed", async () => {
  const cache = countingCache(5);
  await cache.get(1);
  await cache.get(1);
  assert.deepEqual(cache.loads, [1]);
});

test("a load that fails is tried again", async () => {
  const cache = new ByteLru<string>(100);
  await assert.rejects(
    cache.get(1, 10, () => Promise.reject(new Error("medium away"))),
    /medium away/,
  );
  assert.equal(await cache.get(1, 10, async () => "back"), "back");
});
