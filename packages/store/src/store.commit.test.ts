import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { keyOf, unwrap } from "../test/keys.ts";
import { readBlob, writeBlob } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { watchedBackend } from "../test/watched-backend.ts";
import type { BackendSteps } from "../test/watched-backend.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import type { BlobId } from "./blob-store.ts";
import type { LiveRoot, RootWatch } from "./live/live-roots.ts";
import { openChunkStore } from "./open-chunk-store.ts";
import type { ChunkStore } from "./store.ts";
import { StoreError } from "./store-error.ts";

const chunk = 4096;
const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];
const content = filler("content", 25 * chunk);

interface World {
  readonly store: ChunkStore;
  readonly files: Map<string, Uint8Array>;
  readonly steps: BackendSteps;
  readonly workFolder: string;
  readonly reopen: () => Promise<ChunkStore>;
}

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  const steps: BackendSteps = {};
  const options = { chunkSizeBytes: chunk, packBytes: 5 * chunk, workers: 1, cacheBytes: 0, unwrapKey: unwrap };
  const reopen = (): Promise<ChunkStore> => openChunkStore(watchedBackend(memoryBackend(files), steps), folder.path, options);
  await using store = await reopen();
  await work({ store, files, steps, workFolder: folder.path, reopen });
}

const failure = (): never => {
  throw new StoreError("store.io", "The network is away.");
};

function taken(watch: RootWatch): LiveRoot[] {
  const roots: LiveRoot[] = [];
  for (let root = watch.take(); root !== undefined; root = watch.take()) {
    roots.push(root);
  }
  return roots;
}

const idsIn = (watch: RootWatch): BlobId[] => taken(watch).map(({ id }) => id);
const packsIn = (files: Map<string, Uint8Array>): string[] => [...files.keys()].filter((name) => name.startsWith("packs/"));

describe("packs of a blob that is being written", () => {
  it("are handed to the backend when they are full, so that the work folder stays small, and are nobody else's", () =>
    withWorld(async ({ store, files, workFolder }) => {
      await using writer = await store.create(a);
      const large = filler("large", 100 * chunk);
      await writer.write(0, large);
      // At most eight chunks are still on their way.
      assert.ok(packsIn(files).length >= 10, `${packsIn(files).length} packs`);
      assert.ok((await readdir(join(workFolder, "tmp"))).length <= 9);
      assert.equal((await store.stats()).packs, 0);
      assert.ok((await writeBlob(store, b, large)).addedBytes >= large.length);
    }));

  it("are removed by an abort, and found by the writer itself before it", () =>
    withWorld(async ({ store, files }) => {
      const before = [...files.keys()];
      const writer = await store.create(a);
      await writer.write(0, content);
      await writer.write(content.length, content);
      await writer.abort();
      assert.deepEqual([...files.keys()], before);
    }));

  it("are tried again when they could not be removed", () =>
    withWorld(async ({ store, files, steps }) => {
      const before = [...files.keys()];
      const writer = await store.create(a);
      await writer.write(0, content);
      steps.beforeRemove = failure;
      await assert.rejects(writer.abort(), { code: "store.io" });
      delete steps.beforeRemove;
      await writer.abort();
      assert.deepEqual([...files.keys()], before);
    }));

  it("make the writer fail when the backend refuses one, and then leave nothing", () =>
    withWorld(async ({ store, files, steps, workFolder }) => {
      const before = [...files.keys()];
      let puts = 0;
      steps.beforePut = () => (++puts === 3 ? failure() : undefined);
      const writer = await store.create(a);
      const writing = async (): Promise<void> => {
        await writer.write(0, content);
        await writer.commit({ lengthBytes: content.length });
      };
      await assert.rejects(writing(), { code: "store.io" });
      await writer.abort();
      assert.deepEqual([...files.keys()], before);
      assert.deepEqual(await readdir(join(workFolder, "tmp")), []);
    }));

  it("become everyone's at the next opening when their writer is gone, and the chunks need not be stored again", () =>
    withWorld(async ({ store, steps, reopen, files }) => {
      // What a killed process leaves: packs that the index knows as some writer's.
      const writer = await store.create(a);
      await writer.write(0, content);
      steps.beforeRemove = failure;
      await assert.rejects(store[Symbol.asyncDispose]());
      delete steps.beforeRemove;
      const packs = packsIn(files).length;
      assert.ok(packs >= 2);
      await using again = await reopen();
      assert.equal((await again.stats()).packs, packs);
      assert.ok((await writeBlob(again, b, content)).addedBytes < content.length);
      assert.deepEqual(await readBlob(again, b), content);
    }));
});

describe("a commit", () => {
  it("that cannot put its manifest leaves no blob, and after the abort nothing at all", () =>
    withWorld(async ({ store, files, steps }) => {
      const before = [...files.keys()];
      steps.beforePut = (name) => (name.startsWith("manifests/") ? failure() : undefined);
      const writer = await store.create(a);
      await writer.write(0, content);
      await assert.rejects(writer.commit({ lengthBytes: content.length }), { code: "store.io" });
      assert.equal(await store.has(a), false);
      await writer.abort();
      assert.deepEqual([...files.keys()], before);
    }));

  it("whose manifest was put without a word of it leaves no blob either", () =>
    withWorld(async ({ store, files, steps }) => {
      const before = [...files.keys()];
      steps.afterPut = (name) => (name.startsWith("manifests/") ? failure() : undefined);
      const writer = await store.create(a);
      await writer.write(0, content);
      await assert.rejects(writer.commit({ lengthBytes: content.length }), { code: "store.io" });
      await writer.abort();
      assert.deepEqual([...files.keys()], before);
    }));

  it("of which nobody knows whether its manifest is there keeps the packs, so that the blob is whole if it is", () =>
    withWorld(async ({ store, steps, reopen }) => {
      steps.afterPut = (name) => (name.startsWith("manifests/") ? failure() : undefined);
      steps.beforeRemove = failure;
      const writer = await store.create(a);
      await writer.write(0, content);
      await assert.rejects(writer.commit({ lengthBytes: content.length }), { code: "store.io" });
      await writer.abort();
      await store[Symbol.asyncDispose]();
      delete steps.afterPut;
      await using again = await reopen();
      assert.deepEqual(await readBlob(again, a), content);
    }));

  it("shows its blob to nobody until its packs are published", () =>
    withWorld(async ({ store, steps }) => {
      const read = Promise.withResolvers<Buffer>();
      steps.afterPut = (name) => {
        if (name.startsWith("manifests/")) {
          assert.equal(store.parts.index.totals().packs, 0);
          readBlob(store, a).then(read.resolve, read.reject);
        }
      };
      await writeBlob(store, a, content);
      assert.deepEqual(await read.promise, content);
    }));
});

describe("what a collection must leave alone", () => {
  it("is told of a commit and of a copy before their manifests are there", () =>
    withWorld(async ({ store, steps }) => {
      using watch = store.parts.roots.watch();
      const seen: BlobId[][] = [];
      steps.beforePut = (name) => void (name.startsWith("manifests/") && seen.push(idsIn(watch)));
      await writeBlob(store, a, content);
      await store.copy(a, b);
      assert.deepEqual(seen, [[a], [a, b]]);
      using later = store.parts.roots.watch();
      assert.deepEqual(idsIn(later), []);
    }));

  it("are blobs that are open, sealed or not, also when they were removed", () =>
    withWorld(async ({ store }) => {
      await writeBlob(store, a, content, keyOf("one"));
      const blob = await store.open(a);
      await store.remove(a);
      {
        using watch = store.parts.roots.watch();
        const roots = taken(watch);
        assert.deepEqual([roots.length, roots[0]?.id, roots[0]?.content.lengthBytes], [1, a, content.length]);
      }
      await blob[Symbol.asyncDispose]();
      await blob[Symbol.asyncDispose]();
      using watch = store.parts.roots.watch();
      assert.deepEqual(idsIn(watch), []);
    }));

  it("are packs in which an unfinished writer found chunks", () =>
    withWorld(async ({ store, files }) => {
      await writeBlob(store, a, content);
      const packs = packsIn(files).map((name) => name.slice(-37, -5));
      const pinned = (): number => packs.filter((pack) => store.parts.pins.has(pack)).length;
      const [kept, dropped] = [await store.create(b), await store.create(c)];
      await kept.write(0, content);
      await dropped.write(0, content.subarray(0, 20 * chunk));
      await kept.commit({ lengthBytes: content.length });
      assert.ok(pinned() > 0);
      await dropped.abort();
      assert.equal(pinned(), 0);
    }));
});
