import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { chunkCodecs, digestOf } from "../chunk/chunk-codec.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { ChunkIndex, publishedOwner } from "./chunk-index.ts";
import type { ChunkPlace } from "./chunk-index.ts";

const [packA, packB, packC, packD] = ["a".repeat(32), "b".repeat(32), "c".repeat(32), "d".repeat(32)] as const;
const nameOf = (word: string): Buffer => digestOf(Buffer.from(word));
const nobody = 99;

function entry(word: string, offset = 32): PackEntry {
  return { name: nameOf(word), offset, storedLength: 10, rawLength: 20, codec: chunkCodecs.zstd, sealed: false, crc: 5 };
}

function placeIn(pack: string, { offset, storedLength, rawLength, codec, sealed, crc }: PackEntry): ChunkPlace {
  return { pack, offset, storedLength, rawLength, codec, sealed, crc, damaged: false };
}

async function withIndex(work: (index: ChunkIndex) => void): Promise<void> {
  await using folder = await temporaryFolder();
  using index = ChunkIndex.open(join(folder.path, "index.sqlite"));
  work(index);
}

function condemn(index: ChunkIndex, pack: string): void {
  index.database.prepare("UPDATE packs SET condemned_at = 1 WHERE name = ?").run(pack);
}

function isCondemned(index: ChunkIndex, pack: string): boolean {
  return index.database.prepare("SELECT condemned_at FROM packs WHERE name = ?").get(pack)?.["condemned_at"] === 1;
}

function setLeaving(index: ChunkIndex, pack: string): void {
  index.database.prepare("UPDATE packs SET leaving = 1 WHERE name = ?").run(pack);
}

const packsOf = (index: ChunkIndex, word: string): string[] => index.findForReading(nameOf(word)).map(({ pack }) => pack);

describe("the chunk index", () => {
  it("shows chunks of an unpublished pack to its owner's writer only, and to everyone once published", () =>
    withIndex((index) => {
      index.addPack(packA, 5, [{ ...entry("x"), sealed: true }]);
      assert.deepEqual(index.findForReading(nameOf("x")), []);
      assert.equal(index.findForWriting(nameOf("x"), nobody), undefined);
      assert.equal(index.findForWriting(nameOf("x"), 5), packA);
      assert.equal(index.totals().packs, 0);
      index.publish(5);
      assert.deepEqual(index.findForReading(nameOf("x")), [{ ...placeIn(packA, entry("x")), sealed: true }]);
      assert.equal(index.findForWriting(nameOf("x"), nobody), packA);
      assert.deepEqual(index.totals(), { packs: 1, chunks: 1, storedBytes: 10, unreadablePacks: 0 });
    }));

  it("finds a chunk of several packs as long as one of them is there", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("x"), entry("y", 42)]);
      index.addPack(packB, publishedOwner, [entry("x", 99)]);
      index.removePack(packA, [entry("x"), entry("y")]);
      assert.deepEqual(packsOf(index, "x"), [packB]);
      assert.deepEqual(packsOf(index, "y"), []);
      index.removePack(packA, []);
      index.removePack(packB, undefined);
      assert.deepEqual(packsOf(index, "x"), []);
    }));

  it("gives readers whole chunks before damaged ones and staying packs before leaving ones, and writers only whole and staying ones", () =>
    withIndex((index) => {
      for (const pack of [packA, packB, packC]) {
        index.addPack(pack, publishedOwner, [entry("x")]);
      }
      index.setDamaged(nameOf("x"), packA, true);
      setLeaving(index, packB);
      assert.deepEqual(packsOf(index, "x"), [packC, packB, packA]);
      assert.equal(index.findForReading(nameOf("x"))[2]?.damaged, true);
      assert.equal(index.findForWriting(nameOf("x"), nobody), packC);
      setLeaving(index, packC);
      assert.equal(index.findForWriting(nameOf("x"), nobody), undefined);
      index.setDamaged(nameOf("x"), packA, false);
      assert.equal(index.findForWriting(nameOf("x"), nobody), packA);
    }));

  it("pardons a condemned pack in which a writer finds a chunk, and prefers a pack that is not condemned", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("x"), entry("y")]);
      index.addPack(packB, publishedOwner, [entry("x")]);
      condemn(index, packA);
      assert.deepEqual(packsOf(index, "y"), [packA]);
      assert.equal(index.findForWriting(nameOf("x"), nobody), packB);
      assert.equal(isCondemned(index, packA), true);
      assert.equal(index.findForWriting(nameOf("y"), nobody), packA);
      assert.equal(isCondemned(index, packA), false);
    }));

  it("accepts a pack that lists a chunk twice", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("x"), entry("x", 42)]);
      assert.deepEqual(index.findForReading(nameOf("x")), [placeIn(packA, entry("x"))]);
    }));

  it("forgets packs that are gone or could not be read, and publishes those of writers that are gone", () =>
    withIndex((index) => {
      index.addPack(packA, publishedOwner, [entry("kept")]);
      index.addPack(packB, 1, [entry("gone")]);
      index.addPack(packC, 1, [entry("unpublished")]);
      index.addPack(packD, publishedOwner, undefined);
      setLeaving(index, packA);
      assert.equal(index.totals().unreadablePacks, 1);
      index.settle(new Set([packA, packC, packD]));
      assert.deepEqual(index.packNames(), new Set([packA, packC]));
      // A later pack must not inherit the chunks of a forgotten one.
      index.addPack("e".repeat(32), publishedOwner, [entry("later")]);
      assert.deepEqual(packsOf(index, "gone"), []);
      assert.deepEqual(packsOf(index, "unpublished"), [packC]);
      assert.equal(index.findForWriting(nameOf("kept"), nobody), packA);
    }));

  it("never gives a pack's number twice", () =>
    withIndex((index) => {
      const numberOf = (pack: string): unknown => index.database.prepare("SELECT id FROM packs WHERE name = ?").get(pack)?.["id"];
      index.addPack(packA, publishedOwner, []);
      const first = numberOf(packA);
      index.removePack(packA, []);
      index.addPack(packB, publishedOwner, []);
      assert.ok(Number(numberOf(packB)) > Number(first));
    }));

  it("adds a pack whole or not at all", () =>
    withIndex((index) => {
      assert.throws(() => index.addPack(packA, 0, [entry("x"), { ...entry("y"), offset: Number.NaN }]));
      assert.deepEqual(packsOf(index, "x"), []);
      assert.deepEqual(index.packNames(), new Set());
      index.addPack(packA, 0, [entry("x")]);
    }));

  it("refuses calls after it was closed", () =>
    withIndex((index) => {
      index[Symbol.dispose]();
      assert.throws(() => index.findForReading(nameOf("x")), { code: "store.closed" });
      assert.throws(() => index.findForWriting(nameOf("x"), 1), { code: "store.closed" });
      assert.throws(() => index.addPack(packA, 0, []), { code: "store.closed" });
      assert.throws(() => index.totals(), { code: "store.closed" });
    }));
});
