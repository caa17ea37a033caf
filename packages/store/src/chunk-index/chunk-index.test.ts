import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import { ChunkIndex, publishedOwner } from "./chunk-index.ts";

const [packA, packB] = ["a".repeat(32), "b".repeat(32)];
const entry = (word: string, offset = 32) => ({
  digest: digestOf(Buffer.from(word)),
  offset,
  storedLength: 10,
  rawLength: 20,
  codec: chunkCodecs.zstd,
});

async function withIndex(work: (index: ChunkIndex) => void): Promise<void> {
  await using folder = await temporaryFolder();
  using index = ChunkIndex.open(join(folder.path, "index.sqlite"));
  work(index);
}

describe("the chunk index", () => {
  it("shows chunks of an unpublished pack to its owner only, and to everyone once published", () =>
    withIndex((index) => {
      const { digest, ...place } = entry("x");
      index.addPack(packA, 5, [entry("x")]);
      assert.equal(index.find(digest), undefined);
      assert.equal(index.find(digest, 6), undefined);
      assert.deepEqual(index.find(digest, 5), { ...place, pack: packA });
      assert.equal(index.totals().packs, 0);
      index.publish(5);
      assert.deepEqual(index.find(digest), { ...place, pack: packA });
      assert.deepEqual(index.totals(), { packs: 1, chunks: 1, storedBytes: 10, unreadablePacks: 0 });
    }));

  it("finds a chunk of several packs as long as one of them is there", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("x"), entry("y", 42)]);
      index.addPack(packB, publishedOwner, [entry("x", 99)]);
      index.removePack(packA, [entry("x").digest, entry("y").digest]);
      assert.equal(index.find(entry("x").digest)?.pack, packB);
      assert.equal(index.find(entry("y").digest), undefined);
      index.removePack(packA, []);
    }));

  it("accepts a pack that lists a chunk twice", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("x"), entry("x", 42)]);
      assert.equal(index.find(entry("x").digest)?.offset, 32);
    }));

  it("forgets packs that are gone, never published, or could not be read", () =>
    withIndex((index) => {
      const [packC, packD] = ["c".repeat(32), "d".repeat(32)];
      index.addPack(packA, publishedOwner, [entry("kept")]);
      index.addPack(packB, publishedOwner, [entry("gone")]);
      index.addPack(packC, 1, [entry("unpublished")]);
      index.addPack(packD, publishedOwner, undefined);
      assert.equal(index.totals().unreadablePacks, 1);
      index.keepOnly(new Set([packA, packC, packD]));
      assert.deepEqual(index.packNames(), new Set([packA]));
      // A later pack must not inherit the chunks of a forgotten one.
      index.addPack("e".repeat(32), publishedOwner, [entry("later")]);
      assert.equal(index.find(entry("gone").digest), undefined);
      assert.equal(index.find(entry("unpublished").digest, 1), undefined);
      assert.ok(index.find(entry("kept").digest));
    }));

  it("adds a pack whole or not at all", () =>
    withIndex((index) => {
      assert.throws(() => index.addPack(packA, 0, [entry("x"), { ...entry("y"), offset: Number.NaN }]));
      assert.equal(index.find(entry("x").digest), undefined);
      assert.deepEqual(index.packNames(), new Set());
      index.addPack(packA, 0, [entry("x")]);
    }));

  it("refuses calls after it was closed", () =>
    withIndex((index) => {
      index[Symbol.dispose]();
      assert.throws(() => index.find(entry("x").digest), { code: "store.closed" });
      assert.throws(() => index.addPack(packA, 0, []), { code: "store.closed" });
      assert.throws(() => index.totals(), { code: "store.closed" });
    }));
});
