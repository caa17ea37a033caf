import assert from "node:assert/strict";
import { it } from "node:test";
import { ListCache } from "./list-cache.ts";

const nameOf = (number: number): Uint8Array => new Uint8Array(32).fill(number);

it("fetches a list once for all who ask, forgets the one that was not used for longest, and every failure", async () => {
  const fetched: number[] = [];
  let fails = false;
  const cache = new ListCache(async (name, lengthBytes) => {
    fetched.push(name[0] ?? -1);
    if (fails) {
      throw new Error("away");
    }
    return Buffer.alloc(lengthBytes, name[0]);
  }, 2);
  const both = await Promise.all([cache.get(nameOf(1), 64), cache.get(nameOf(1), 64)]);
  assert.equal(both[0], both[1]);
  await cache.get(nameOf(2), 64);
  await cache.get(nameOf(1), 64);
  await cache.get(nameOf(3), 64);
  await cache.get(nameOf(1), 64);
  assert.deepEqual(fetched, [1, 2, 3]);
  fails = true;
  await assert.rejects(cache.get(nameOf(2), 64), /away/);
  fails = false;
  assert.equal((await cache.get(nameOf(2), 64)).length, 64);
  assert.deepEqual(fetched, [1, 2, 3, 2, 2]);
});
