import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { blobIdOf, filler } from "../../test/filler.ts";
import { writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { Backend } from "../backend/backend.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import type { ChunkStore } from "../store.ts";

const chunk = 4096;

interface Slow {
  readonly store: ChunkStore;
  /** Resolves when the next read of a pack has begun; reads take some turns of the event loop from then on. */
  readonly nextRead: () => Promise<void>;
}

/** A store over a slow backend, which fails the test when it is used after it was closed. */
async function withSlowStore(work: (slow: Slow) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const memory = memoryBackend();
  const late: string[] = [];
  let isClosed = false;
  let onRead = (): void => undefined;
  let isSlow = false;
  const backend: Backend = {
    ...memory,
    read: async (name, offset, targets, options) => {
      if (isSlow && name.startsWith("packs/")) {
        onRead();
        for (let turn = 0; turn < 20; turn += 1) {
          await setImmediate();
        }
      }
      late.push(...(isClosed ? [name] : []));
      return memory.read(name, offset, targets, options);
    },
    [Symbol.asyncDispose]: async () => {
      isClosed = true;
    },
  };
  await using store = await openChunkStore(backend, folder.path, {
    chunkSizeBytes: chunk,
    packBytes: 4 * chunk,
    workers: 1,
    cacheBytes: 0,
  });
  await writeBlob(store, blobIdOf("blob"), filler("blob", 30 * chunk));
  isSlow = true;
  const nextRead = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      onRead = resolve;
    });
  };
  await work({ store, nextRead });
  for (let turn = 0; turn < 200; turn += 1) {
    await setImmediate();
  }
  assert.deepEqual(late, [], "nothing is read from a backend that was closed");
}

describe("a store that is closed", () => {
  it("ends a verification that is under way, before what it works with is closed", () =>
    withSlowStore(async ({ store, nextRead }) => {
      const [isReading, verifying] = [nextRead(), Array.fromAsync(store.verify({ read: true }))];
      const refused = assert.rejects(verifying, { code: "store.closed" });
      await isReading;
      await store[Symbol.asyncDispose]();
      await refused;
    }));

  it("ends a scrub that is under way likewise", () =>
    withSlowStore(async ({ store, nextRead }) => {
      const [isReading, scrubbing] = [nextRead(), store.scrub({ bytes: 2 ** 30 })];
      const refused = assert.rejects(scrubbing, { code: "store.closed" });
      await isReading;
      await store[Symbol.asyncDispose]();
      await refused;
    }));

  it("refuses the next step of a verification that nobody asked to go on", () =>
    withSlowStore(async ({ store }) => {
      const [pack] = await Array.fromAsync(store.parts.backend.list("packs/"));
      await store.parts.backend.remove(pack?.name ?? "");
      const findings = store.verify({ read: false })[Symbol.asyncIterator]();
      assert.equal((await findings.next()).done, false);
      await store[Symbol.asyncDispose]();
      await assert.rejects(findings.next(), { code: "store.closed" });
    }));

  it("refuses to begin either", () =>
    withSlowStore(async ({ store }) => {
      await store[Symbol.asyncDispose]();
      await assert.rejects(Array.fromAsync(store.verify({ read: false })), { code: "store.closed" });
      await assert.rejects(store.scrub({ bytes: 1 }), { code: "store.closed" });
    }));
});

describe("a verification of an open store", () => {
  it("counts what it looks at, and ends when its signal says so", () =>
    withSlowStore(async ({ store }) => {
      const verification = store.verify({ read: true });
      assert.deepEqual(await Array.fromAsync(verification), []);
      assert.equal(verification.totals.bytesRead, (await store.stats()).storedBytes);
      const reason = new Error("enough");
      await assert.rejects(Array.fromAsync(store.verify({ read: true, signal: AbortSignal.abort(reason) })), reason);
    }));
});
