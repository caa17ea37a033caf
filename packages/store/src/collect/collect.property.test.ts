import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import { neededNames, storedNames } from "../../test/chunk-names.ts";
import { blobIdOf, compressibleFiller, filler } from "../../test/filler.ts";
import { readBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { faultyBackend } from "../backend/testing/faulty-backend.ts";
import { seededFaults } from "../backend/testing/seeded-faults.ts";
import type { BlobId } from "../blob-store.ts";
import { openChunkStore } from "../open-chunk-store.ts";
import { isStoreError } from "../store-error.ts";
import type { ChunkStore } from "../store.ts";

const chunk = 4096;
const actors = 5;
const stepsPerActor = 14;
const seeds = Number(process.env["TINTYPE_TEST_SEEDS"] ?? 12);
const firstSeed = Number(process.env["TINTYPE_TEST_SEED"] ?? 1);

/** Numbers that are the same for the same seed. */
class Draws {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  below(limit: number): number {
    this.#drawn += 1;
    return createHash("sha256").update(`${this.#seed} ${this.#drawn}`).digest().readUInt32LE(0) % limit;
  }

  /** Pages that other blobs have too, pages of its own, and zeros. */
  content(): Buffer {
    const pages = Array.from({ length: this.below(24) }, () => {
      const page = this.below(60);
      const bytes = page < 40 ? filler(`shared ${page}`, chunk) : compressibleFiller(`${this.#seed} ${this.#drawn}`, chunk);
      return page > 55 ? Buffer.alloc(chunk) : bytes;
    });
    return Buffer.concat([...pages, filler(this.#seed, this.below(chunk))]);
  }
}

/** A store, and what must be in it. */
class World {
  readonly store: ChunkStore;
  readonly #seed: string;
  /** Blobs that are there, and all that ever were. */
  readonly live = new Map<BlobId, Buffer>();
  #contents = new Map<BlobId, Buffer>();
  #blobs = 0;
  #now = 0;
  collections = 0;

  constructor(store: ChunkStore, seed: string) {
    this.store = store;
    this.#seed = seed;
  }

  /** Does one thing that an actor may do. */
  async step(draws: Draws): Promise<void> {
    const ids = [...this.live.keys()];
    const id = ids[draws.below(Math.max(1, ids.length))];
    const choice = draws.below(10);
    if (choice < 3 || id === undefined) {
      await this.#write(draws);
    } else if (choice < 4) {
      await this.#copy(id);
    } else if (choice < 6) {
      this.live.delete(id);
      await this.store.remove(id);
    } else if (choice < 8) {
      await this.#read(id, draws);
    } else {
      await this.#collect(draws);
    }
  }

  #newId(content: Buffer): BlobId {
    this.#blobs += 1;
    const id = blobIdOf(`${this.#seed} ${this.#blobs}`);
    this.#contents.set(id, content);
    return id;
  }

  async #write(draws: Draws): Promise<void> {
    const content = draws.content();
    const id = this.#newId(content);
    await using writer = await this.store.create(id);
    for (let at = 0; at < content.length;) {
      const end = Math.min(content.length, at + 1 + draws.below(5 * chunk));
      await writer.write(at, content.subarray(at, end));
      at = end;
    }
    if (draws.below(8) === 0) {
      await writer.abort();
    } else {
      await writer.commit({ lengthBytes: content.length });
      this.live.set(id, content);
    }
  }

  async #copy(from: BlobId): Promise<void> {
    const content = this.#contents.get(from) ?? Buffer.alloc(0);
    const to = this.#newId(content);
    if (await unlessGone(this.store.copy(from, to))) {
      this.live.set(to, content);
    }
  }

  /** Opens a blob and reads it in pieces, whatever becomes of it meanwhile. */
  async #read(id: BlobId, draws: Draws): Promise<void> {
    const opening = this.store.open(id);
    if (await unlessGone(opening)) {
      await using blob = await opening;
      const content = this.#contents.get(id) ?? Buffer.alloc(0);
      for (let reads = draws.below(6); reads >= 0; reads -= 1) {
        const from = draws.below(content.length + 1);
        const length = Math.min(content.length - from, draws.below(6 * chunk));
        assert.ok(content.subarray(from, from + length).equals(await blob.read(from, length)), `blob ${id} from ${from} on`);
      }
    }
  }

  async #collect(draws: Draws): Promise<void> {
    this.#now += draws.below(1000);
    const options = { graceMs: draws.below(2) * 500, compactFrom: [0, 0.5, 1][draws.below(3)], dryRun: draws.below(5) === 0 };
    try {
      const { damagedPacks } = await this.store.collect({ now: this.#now, ...options });
      assert.deepEqual(damagedPacks, []);
      this.collections += 1;
    } catch (error) {
      if (!isStoreError(error) || error.code !== "store.busy") {
        throw error;
      }
    }
  }
}

/** Answers false when the blob was removed before. */
async function unlessGone(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.notFound") {
      return false;
    }
    throw error;
  }
}

for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
  it(`keeps all that is needed and nothing else, whatever runs beside a collection (seed ${seed})`, async () => {
    await using folder = await temporaryFolder();
    const files = new Map<string, Uint8Array>();
    const slowness = seededFaults(`${seed}`, 30, ["before", "after", "partial", "stale"]);
    const backend = faultyBackend(memoryBackend(files), slowness);
    const options = { chunkSizeBytes: chunk, packBytes: 6 * chunk, workers: 1, cacheBytes: 0 };
    await using store = await openChunkStore(backend, folder.path, options);
    const world = new World(store, `${seed}`);
    await Promise.all(
      Array.from({ length: actors }, async (_, actor) => {
        const draws = new Draws(`${seed} ${actor}`);
        for (let step = 0; step < stepsPerActor; step += 1) {
          await world.step(draws);
        }
      }),
    );
    assert.deepEqual(new Set(await Array.fromAsync(store.list())), new Set(world.live.keys()));
    for (const [id, content] of world.live) {
      assert.ok((await readBlob(store, id)).equals(content), id);
    }
    await store.collect({ graceMs: 0, now: 1e6, compactFrom: 0 });
    await store.collect({ graceMs: 0, now: 1e6, compactFrom: 0 });
    assert.deepEqual(await storedNames(memoryBackend(files)), neededNames(world.live.values(), chunk));
    for (const [id, content] of world.live) {
      assert.ok((await readBlob(store, id)).equals(content), id);
    }
  });
}
