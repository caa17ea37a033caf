import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { neededNames, storedNames } from "../../test/chunk-names.ts";
import { blobIdOf, filler } from "../../test/filler.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { faultyBackend } from "../backend/testing/faulty-backend.ts";
import type { Fault } from "../backend/testing/faulty-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import { isStoreError } from "../store-error.ts";
import type { ChunkStore } from "../store.ts";

const chunk = 4096;
const options = { chunkSizeBytes: chunk, packBytes: 6 * chunk, workers: 1, cacheBytes: 0 };
const collection = { graceMs: 0, now: 1000, compactFrom: 0 };
const words = ["p", "q", "r"];
const pages = (word: string, count: number): Buffer => filler(word, count * chunk);
const live = new Map([
  [blobIdOf("whole"), pages("whole", 3)],
  [blobIdOf("parts"), Buffer.concat(words.map((word) => pages(word, 2)))],
]);

type Files = Map<string, Uint8Array>;

/** A store with packs to remove, packs to rewrite, and packs to leave alone. */
async function filled(): Promise<Files> {
  await using folder = await temporaryFolder();
  const files: Files = new Map();
  await using store = await openChunkStore(memoryBackend(files), folder.path, options);
  for (const word of words) {
    await writeBlob(store, blobIdOf(word), pages(word, 5));
  }
  await writeBlob(store, blobIdOf("gone"), pages("gone", 6));
  for (const [id, content] of live) {
    await writeBlob(store, id, content);
  }
  for (const word of [...words, "gone"]) {
    await store.remove(blobIdOf(word));
  }
  return files;
}

/** Runs a collection in which things go wrong. Answers how many calls it made of the backend, and whether it failed. */
async function failing(
  { files, folder }: { files: Files; folder: string },
  faultOf: (callsBefore: number) => Fault | undefined,
  afterwards: (store: ChunkStore) => Promise<void>,
): Promise<{ calls: number; failed: boolean }> {
  let [armed, calls, failed] = [false, 0, false];
  const script = (): Fault | undefined => {
    calls += armed ? 1 : 0;
    return armed ? faultOf(calls - 1) : undefined;
  };
  await using store = await openChunkStore(faultyBackend(memoryBackend(files), script), folder, { ...options, takeOver: true });
  armed = true;
  try {
    await store.collect(collection);
  } catch (error) {
    assert.equal(isStoreError(error) && error.code, "store.io");
    failed = true;
  }
  armed = false;
  await afterwards(store);
  return { calls, failed };
}

async function checkContents(store: ChunkStore): Promise<void> {
  assert.deepEqual(new Set(await Array.fromAsync(store.list())), new Set(live.keys()));
  for (const [id, content] of live) {
    assert.ok((await readBlob(store, id)).equals(content), id);
  }
}

async function checkCollected(store: ChunkStore, files: Files): Promise<void> {
  await checkContents(store);
  await store.collect(collection);
  await checkContents(store);
  assert.deepEqual(await storedNames(memoryBackend(files)), neededNames(live.values(), chunk));
}

/** Does something for every call that a collection makes, some side by side: they wait most of the time. */
async function forEveryCall(original: Files, work: (at: number, files: Files) => Promise<void>): Promise<number> {
  await using folder = await temporaryFolder();
  const { calls } = await failing(
    { files: new Map(original), folder: folder.path },
    () => undefined,
    async () => undefined,
  );
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < calls) {
      next += 1;
      await work(next - 1, new Map(original));
    }
  };
  await Promise.all(Array.from({ length: 6 }, workOn));
  return calls;
}

describe("a collection whose backend fails", async () => {
  const original = await filled();

  for (const fault of ["before", "after", "partial"] as const) {
    it(`at any one call (${fault}) loses nothing, and the next one finishes the work`, async () => {
      let failures = 0;
      const calls = await forEveryCall(original, async (at, files) => {
        await using folder = await temporaryFolder();
        const { failed } = await failing(
          { files, folder: folder.path },
          (before) => (before === at ? fault : undefined),
          (store) => checkCollected(store, files),
        );
        failures += failed ? 1 : 0;
      });
      assert.ok(fault === "partial" ? failures > 10 : failures === calls, `${failures} failures of ${calls}`);
    });
  }

  for (const fault of ["before", "after"] as const) {
    it(`for good from any call on (${fault}) loses nothing, and the next opening finds a store that can be collected`, async () => {
      await forEveryCall(original, async (at, files) => {
        await using folder = await temporaryFolder();
        await using otherFolder = await temporaryFolder();
        const faultOf = (before: number): Fault | undefined => (before === at ? fault : before > at ? "before" : undefined);
        const { failed } = await failing({ files, folder: folder.path }, faultOf, async () => undefined);
        assert.ok(failed);
        // In turns with what the index was told, and with an index that knows nothing.
        const next = at % 2 === 0 ? folder : otherFolder;
        await using store = await openChunkStore(memoryBackend(files), next.path, { ...options, takeOver: true });
        await checkCollected(store, files);
      });
    });
  }
});
