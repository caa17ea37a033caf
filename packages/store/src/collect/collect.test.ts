import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { neededNames, storedNames } from "../../test/chunk-names.ts";
import { blobIdOf, compressibleFiller, filler } from "../../test/filler.ts";
import { keyOf, unwrap } from "../../test/keys.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import type { StoreOptions } from "../open-chunk-store.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import type { ChunkStore } from "../store.ts";
import { packFileName } from "../store-names.ts";

const chunk = 4096;
const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];
/** Pages of their own, which do not compress. */
const pages = (word: string, count: number): Buffer => filler(word, count * chunk);
const atOnce = { graceMs: 0, now: 1000 };

interface TestStore {
  readonly store: ChunkStore;
  readonly files: Map<string, Uint8Array>;
  readonly folder: string;
}

/** A store in memory with 8 chunks to a pack. */
async function withStore(work: (test: TestStore) => Promise<void>, options: StoreOptions = {}): Promise<void> {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  const all = { chunkSizeBytes: chunk, packBytes: 8 * chunk, workers: 1, cacheBytes: 0, ...options };
  await using store = await openChunkStore(memoryBackend(files), folder.path, all);
  await work({ store, files, folder: folder.path });
  assert.deepEqual(
    (await readdir(join(folder.path, "tmp"))).filter((name) => name.startsWith("scratch")),
    [],
  );
}

function packBytes(files: Map<string, Uint8Array>): number {
  return [...files].reduce((sum, [name, { length }]) => sum + (name.startsWith("packs/") ? length : 0), 0);
}

const packNames = (files: Map<string, Uint8Array>): string[] => [...files.keys()].filter((name) => name.startsWith("packs/")).sort();

describe("a collection", () => {
  it("frees nothing of a store in which every chunk is needed", () =>
    withStore(async ({ store, files }) => {
      await writeBlob(store, a, pages("a", 20));
      const before = packNames(files);
      assert.deepEqual(await store.collect(atOnce), {
        deadChunks: 0,
        deadBytes: 0,
        condemnedPacks: 0,
        removedPacks: 0,
        compactedPacks: 0,
        freedBytes: 0,
        damagedPacks: [],
      });
      assert.deepEqual(packNames(files), before);
    }));

  it("frees what only a removed blob needed, and says how much", () =>
    withStore(async ({ store, files }) => {
      await writeBlob(store, a, pages("a", 20));
      await writeBlob(store, b, pages("b", 20));
      await store.remove(a);
      const before = packBytes(files);
      const report = await store.collect(atOnce);
      assert.equal(report.freedBytes, before - packBytes(files));
      assert.equal(report.deadChunks, 21);
      assert.deepEqual(await storedNames(memoryBackend(files)), neededNames([pages("b", 20)], chunk));
      assert.deepEqual(await readBlob(store, b), pages("b", 20));
    }));

  it("needs no key to collect sealed blobs, and moves their chunks as they are", () =>
    withStore(async ({ store, files, folder }) => {
      const sealed = [pages("a", 4), pages("b", 4), pages("c", 4)];
      const interleaved = [await store.create(a, { key: keyOf("one") }), await store.create(b, { key: keyOf("two") })];
      for (const [number, writer] of interleaved.entries()) {
        await writer.write(0, sealed[number] ?? Buffer.alloc(0));
        await writer.commit({ lengthBytes: 4 * chunk });
      }
      await writeBlob(store, c, Buffer.concat([pages("a", 3), pages("c", 30)]), keyOf("one"));
      await store.remove(c);
      await store[Symbol.asyncDispose]();
      const before = packBytes(files);
      {
        await using keyless = await openChunkStore(memoryBackend(files), folder, { workers: 1 });
        const report = await keyless.collect({ ...atOnce, compactFrom: 0 });
        assert.equal(report.freedBytes, before - packBytes(files));
        assert.ok(report.freedBytes > 30 * chunk);
      }
      await using again = await openChunkStore(memoryBackend(files), folder, { workers: 1, unwrapKey: unwrap });
      assert.deepEqual(await readBlob(again, a), sealed[0]);
      assert.deepEqual(await readBlob(again, b), sealed[1]);
    }));

  it("lets condemned packs be until the grace period is over, also across openings and when the clock was put back", () =>
    withStore(async ({ store, files, folder }) => {
      await writeBlob(store, a, pages("a", 20));
      await store.remove(a);
      const before = packNames(files);
      const first = await store.collect({ graceMs: 100, now: 1000 });
      assert.deepEqual([first.condemnedPacks, first.removedPacks, first.freedBytes], [before.length, 0, 0]);
      assert.equal((await store.collect({ graceMs: 100, now: 1099 })).removedPacks, 0);
      await store[Symbol.asyncDispose]();
      await using again = await openChunkStore(memoryBackend(files), folder, { workers: 1 });
      assert.equal((await again.collect({ graceMs: 100, now: 50 })).removedPacks, 0);
      assert.deepEqual(packNames(files), before);
      assert.equal((await again.collect({ graceMs: 100, now: 150 })).removedPacks, before.length);
      assert.deepEqual(packNames(files), []);
    }));

  it("rewrites packs of which half is not needed, several into one, and leaves those of which more is needed", () =>
    withStore(async ({ store, files }) => {
      // Seven chunks of 4 KiB, then a list: one pack a blob. Of the first packs b needs two chunks each, of the last one six.
      const words = ["p", "q", "r", "s"];
      for (const word of words) {
        await writeBlob(store, blobIdOf(word), pages(word, 7));
      }
      const part = (word: string, count: number): Buffer => pages(word, 7).subarray(0, count * chunk);
      const kept = Buffer.concat([part("p", 2), part("q", 2), part("r", 2), part("s", 6)]);
      await writeBlob(store, b, kept);
      for (const word of words) {
        await store.remove(blobIdOf(word));
      }
      const before = packBytes(files);
      const report = await store.collect(atOnce);
      assert.deepEqual([report.removedPacks, report.compactedPacks], [3, 3]);
      assert.equal(report.freedBytes, before - packBytes(files));
      // One new pack, that of s, and the one with the list of b.
      assert.equal(packNames(files).length, 3);
      assert.deepEqual(await readBlob(store, b), kept);
      assert.equal((await store.collect(atOnce)).removedPacks, 0);
      await store.collect({ ...atOnce, compactFrom: 0 });
      assert.deepEqual(await storedNames(memoryBackend(files)), neededNames([kept], chunk));
      assert.deepEqual(await readBlob(store, b), kept);
    }));

  it("copies payloads as they are, whatever form they have", () =>
    withStore(async ({ store, files }) => {
      const content = Buffer.concat([compressibleFiller("text", 3 * chunk), pages("noise", 3)]);
      await writeBlob(store, a, Buffer.concat([content, pages("rest", 20)]));
      await writeBlob(store, b, content);
      const formsOf = async (): Promise<Map<string, string>> => {
        const forms = new Map<string, string>();
        for (const file of packNames(files)) {
          for (const { name, storedLength, rawLength, codec, crc } of await readPackIndex(memoryBackend(files), file.slice(9, -5))) {
            forms.set(Buffer.from(name).toString("hex"), `${storedLength} ${rawLength} ${codec} ${crc}`);
          }
        }
        return forms;
      };
      const before = await formsOf();
      await store.remove(a);
      await store.collect({ ...atOnce, compactFrom: 0 });
      const after = await formsOf();
      assert.deepEqual([...after.keys()].sort(), neededNames([content], chunk));
      for (const [name, form] of after) {
        assert.equal(form, before.get(name));
      }
      assert.deepEqual(await readBlob(store, b), content);
    }));

  it("tells in a dry run, which changes nothing, what it would free", () =>
    withStore(async ({ store, files }) => {
      for (const word of ["p", "q", "r", "s", "t"]) {
        await writeBlob(store, blobIdOf(word), pages(word, 7));
      }
      await writeBlob(
        store,
        b,
        Buffer.concat(["p", "q", "r", "s"].map((word) => pages(word, 7).subarray(0, (word === "r" ? 6 : 2) * chunk))),
      );
      for (const word of ["p", "q", "r", "s", "t"]) {
        await store.remove(blobIdOf(word));
      }
      // Two writers at once that know nothing of each other store the same twice.
      const twins = await Promise.all([store.create(a), store.create(c)]);
      await Promise.all(twins.map((writer) => writer.write(0, pages("twin", 12))));
      await Promise.all(twins.map((writer) => writer.commit({ lengthBytes: 12 * chunk })));
      await store.collect({ graceMs: 1e6, now: 5 });
      for (const compactFrom of [0.5, 0]) {
        const before = packNames(files);
        const foreseen = await store.collect({ graceMs: 1e9, now: 10, dryRun: true, compactFrom });
        assert.deepEqual(packNames(files), before);
        const sizeBefore = packBytes(files);
        assert.deepEqual(await store.collect({ ...atOnce, compactFrom }), foreseen);
        assert.equal(foreseen.freedBytes, sizeBefore - packBytes(files));
        assert.ok(foreseen.freedBytes > 0);
      }
    }));

  it("spares a pack that an unfinished writer relies on, and one that a writer relied on since it was condemned", () =>
    withStore(async ({ store, files }) => {
      const content = pages("a", 7);
      await writeBlob(store, a, content);
      await store.remove(a);
      {
        await using writer = await store.create(b);
        await writer.write(0, Buffer.concat([content, pages("b", 1)]));
        // The writer has looked for all but its last chunk as soon as the store is asked something else.
        while (!store.parts.pins.has(packNames(files)[0]?.slice(9, -5) ?? "")) {
          await new Promise(setImmediate);
        }
        assert.equal((await store.collect(atOnce)).condemnedPacks, 0);
        await writer.abort();
      }
      assert.equal((await store.collect({ graceMs: 10, now: 1000 })).condemnedPacks, 1);
      await writeBlob(store, c, content);
      const report = await store.collect({ graceMs: 10, now: 2000 });
      assert.deepEqual([report.condemnedPacks, report.removedPacks], [0, 0]);
      assert.deepEqual(await readBlob(store, c), content);
    }));

  it("leaves a blob readable that was open when it was removed, until it is closed", () =>
    withStore(async ({ store, files }) => {
      await writeBlob(store, a, pages("a", 20));
      {
        await using blob = await store.open(a);
        await store.remove(a);
        assert.equal((await store.collect(atOnce)).removedPacks, 0);
        assert.deepEqual(Buffer.from(await blob.read(0, blob.lengthBytes)), pages("a", 20));
      }
      await store.collect(atOnce);
      assert.deepEqual(packNames(files), []);
    }));

  it("is refused while another one runs, and ends when it is called off or the store is closed", () =>
    withStore(async ({ store, files }) => {
      await writeBlob(store, a, pages("a", 20));
      await store.remove(a);
      const before = packNames(files);
      await assert.rejects(store.collect({ ...atOnce, signal: AbortSignal.abort(new Error("called off")) }), /called off/);
      const running = store.collect(atOnce);
      await assert.rejects(store.collect(atOnce), { code: "store.busy" });
      const closing = store[Symbol.asyncDispose]();
      await assert.rejects(running, { code: "store.closed" });
      await closing;
      assert.deepEqual(packNames(files), before);
    }));

  it("refuses impossible options", () =>
    withStore(async ({ store }) => {
      for (const wrong of [{ graceMs: -1 }, { now: Number.NaN }, { compactFrom: 1.1 }]) {
        await assert.rejects(store.collect({ ...atOnce, ...wrong }), RangeError);
      }
    }));
});

describe("a collection that meets damage", () => {
  it("frees nothing when a manifest or a list cannot be read, and names the blob", () =>
    withStore(async ({ store, files, folder }) => {
      await writeBlob(store, a, pages("a", 20));
      await writeBlob(store, b, pages("b", 20));
      await store.remove(a);
      const before = packNames(files);
      const manifest = [...files.keys()].find((name) => name.startsWith("manifests/")) ?? "";
      const whole = files.get(manifest) ?? new Uint8Array();
      files.set(manifest, whole.slice(0, -1));
      await assert.rejects(store.collect(atOnce), { code: "store.damaged", message: new RegExp(`freed nothing.*${manifest}`) });
      files.set(manifest, whole);
      await store[Symbol.asyncDispose]();
      const [listName = ""] = neededNames([pages("b", 20)], chunk).filter((name) => !neededNames([pages("b", 21)], chunk).includes(name));
      for (const file of packNames(files)) {
        for (const entry of await readPackIndex(memoryBackend(files), file.slice(9, -5))) {
          const isList = Buffer.from(entry.name).toString("hex") === listName;
          files.get(file)?.fill(0xff, entry.offset, isList ? entry.offset + 4 : entry.offset);
        }
      }
      await using again = await openChunkStore(memoryBackend(files), folder, { workers: 1 });
      await assert.rejects(again.collect(atOnce), { code: "store.damaged", message: new RegExp(`freed nothing.*Blob ${b} .*${listName}`) });
      assert.deepEqual(packNames(files), before);
    }));

  it("keeps and reports a pack with a needed chunk that is damaged, and still empties the others", () =>
    withStore(async ({ store, files }) => {
      const words = ["p", "q", "r"];
      for (const word of words) {
        await writeBlob(store, blobIdOf(word), pages(word, 7));
      }
      const kept = Buffer.concat(words.map((word) => pages(word, 7).subarray(0, 2 * chunk)));
      await writeBlob(store, b, kept);
      for (const word of words) {
        await store.remove(blobIdOf(word));
      }
      const [victim = ""] = neededNames([pages("q", 1)], chunk);
      let victimFile = "";
      for (const file of packNames(files)) {
        const entry = (await readPackIndex(memoryBackend(files), file.slice(9, -5))).find(
          ({ name }) => Buffer.from(name).toString("hex") === victim,
        );
        if (entry !== undefined) {
          victimFile = file;
          files.get(file)?.fill(0, entry.offset + 100, entry.offset + 101);
        }
      }
      const report = await store.collect(atOnce);
      assert.deepEqual([report.removedPacks, report.compactedPacks], [2, 2]);
      assert.deepEqual(
        report.damagedPacks.map(({ pack }) => packFileName(pack)),
        [victimFile],
      );
      assert.match(report.damagedPacks[0]?.reason ?? "", new RegExp(`^chunk ${victim} `));
      assert.ok(files.has(victimFile));
      const second = await store.collect(atOnce);
      assert.deepEqual([second.removedPacks, second.damagedPacks.length], [0, 1]);
      await assert.rejects(readBlob(store, b), { code: "store.damaged" });
      // Whoever stores the content again heals the blob, and then the pack can go.
      await writeBlob(store, c, pages("q", 1));
      assert.deepEqual(await readBlob(store, b), kept);
      assert.deepEqual((await store.collect({ ...atOnce, compactFrom: 0 })).damagedPacks, []);
      assert.ok(!files.has(victimFile));
      assert.deepEqual(await readBlob(store, b), kept);
    }));

  it("takes a chunk from the other pack that has it, when both are to go and it is damaged in one", () =>
    withStore(async ({ store, files }) => {
      const content = pages("twin", 1);
      const twins = await Promise.all([store.create(a), store.create(b)]);
      await Promise.all(twins.map((writer, number) => writer.write(0, Buffer.concat([content, pages(`own ${number}`, 5)]))));
      await Promise.all(twins.map((writer) => writer.commit({ lengthBytes: 6 * chunk })));
      await writeBlob(store, c, content);
      await Promise.all([store.remove(a), store.remove(b)]);
      const [name = ""] = neededNames([content], chunk).filter(
        (hex) => store.parts.index.findForReading(Buffer.from(hex, "hex")).length === 2,
      );
      const [, younger] = store.parts.index.findForReading(Buffer.from(name, "hex"));
      assert.ok(younger !== undefined, "both packs have it");
      files.get(packFileName(younger.pack))?.fill(0, younger.offset, younger.offset + 9);
      await store.collect(atOnce);
      assert.deepEqual(await readBlob(store, c), content);
      assert.ok((await storedNames(memoryBackend(files))).length <= 4);
    }));
});
