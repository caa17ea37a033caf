import assert from "node:assert/strict";
import { it } from "node:test";
import { ChunkCache } from "./chunk-cache.ts";

it("keeps the most recently used chunks within its limit", () => {
  const cache = new ChunkCache(30);
  cache.set("a", new Uint8Array(10));
  cache.set("b", new Uint8Array(10));
  cache.set("c", new Uint8Array(10));
  assert.equal(cache.get("a")?.length, 10);
  cache.set("d", new Uint8Array(10));
  assert.deepEqual(
    ["a", "b", "c", "d"].filter((name) => cache.get(name) !== undefined),
    ["a", "c", "d"],
  );
});

it("keeps nothing that is larger than its limit, and nothing at all with a limit of 0", () => {
  const cache = new ChunkCache(9);
  cache.set("a", new Uint8Array(10));
  assert.equal(cache.get("a"), undefined);
  const none = new ChunkCache(0);
  none.set("a", new Uint8Array(1));
  assert.equal(none.get("a"), undefined);
});
