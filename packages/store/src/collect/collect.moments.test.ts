import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { blobIdOf, filler } from "../../test/filler.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import type { Backend } from "../backend/backend.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import type { ChunkStore } from "../store.ts";
import { manifestFileName, packsPrefix } from "../store-names.ts";

const chunk = 4096;
const [a, b] = [blobIdOf("a"), blobIdOf("b")];
const atOnce = { graceMs: 0, now: 1000, compactFrom: 0 };
const pages = (word: string, count: number): Buffer => filler(word, count * chunk);

/** A point at which a call of the backend has done its work, and waits before it says so. */
class Gate {
  readonly #reached = Promise.withResolvers<void>();
  readonly #opened = Promise.withResolvers<void>();
  #call: string | undefined;

  /** Closes the gate for the next such call. Answers when it has come. */
  async reached(call: string): Promise<void> {
    this.#call = call;
    await this.#reached.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  async pass(call: string): Promise<void> {
    if (this.#call === call) {
      this.#call = undefined;
      this.#reached.resolve();
      await this.#opened.promise;
    }
  }
}

function gated(backend: Backend, gate: Gate): Backend {
  return {
    ...backend,
    put: async (name, content) => {
      await backend.put(name, content);
      await gate.pass(`put ${name}`);
    },
    read: async (...args) => {
      const length = await backend.read(...args);
      await gate.pass(`read ${args[0]}`);
      return length;
    },
  };
}

async function withStore(work: (store: ChunkStore, gate: Gate, files: Map<string, Uint8Array>) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const [files, gate] = [new Map<string, Uint8Array>(), new Gate()];
  const options = { chunkSizeBytes: chunk, packBytes: 8 * chunk, workers: 1, cacheBytes: 0 };
  await using store = await openChunkStore(gated(memoryBackend(files), gate), folder.path, options);
  await work(store, gate, files);
}

/** Lets whatever can go on go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    await setImmediate();
  }
}

it("waits for a blob that is being opened, whose manifest was removed meanwhile", () =>
  withStore(async (store, gate, files) => {
    await writeBlob(store, a, pages("a", 20));
    const reached = gate.reached(`read ${manifestFileName(a)}`);
    const opening = store.open(a);
    await reached;
    await store.remove(a);
    const collecting = store.collect(atOnce);
    await settle();
    gate.open();
    {
      await using blob = await opening;
      assert.equal((await collecting).removedPacks, 0);
      assert.deepEqual(Buffer.from(await blob.read(0, blob.lengthBytes)), pages("a", 20));
    }
    await store.collect(atOnce);
    assert.deepEqual(
      [...files.keys()].filter((name) => name.startsWith(packsPrefix)),
      [],
    );
  }));

it("waits for a commit whose manifest is there and whose packs are not published yet", () =>
  withStore(async (store, gate) => {
    await writeBlob(store, a, pages("a", 7));
    await store.remove(a);
    const reached = gate.reached(`put ${manifestFileName(b)}`);
    const writing = writeBlob(store, b, Buffer.concat([pages("a", 3), pages("b", 9)]));
    await reached;
    const collecting = store.collect(atOnce);
    await settle();
    gate.open();
    await writing;
    assert.deepEqual((await collecting).damagedPacks, []);
    assert.deepEqual(await readBlob(store, b), Buffer.concat([pages("a", 3), pages("b", 9)]));
    await store.collect(atOnce);
    assert.deepEqual(await readBlob(store, b), Buffer.concat([pages("a", 3), pages("b", 9)]));
  }));

it("spares what becomes needed after the mark, while packs are counted", () =>
  withStore(async (store) => {
    await writeBlob(store, a, pages("a", 20));
    const { manifest } = await readManifest(store.parts.backend, a);
    await store.remove(a);
    using held = new DisposableStack();
    const report = await store.collect({
      ...atOnce,
      onProgress: ({ step }) => {
        if (step === "count") {
          // What a writer does that finds all chunks of the content and commits: its pins are gone by the time of the sentence.
          held.use(store.parts.roots.add({ id: b, content: manifest }));
        }
      },
    });
    assert.equal(report.deadChunks, 21);
    assert.equal((await store.collect(atOnce)).deadChunks, 0);
    assert.equal((await store.stats()).chunks, 21);
  }));
