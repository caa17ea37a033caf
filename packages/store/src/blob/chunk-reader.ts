import type { ChunkCache } from "../chunk/chunk-cache.ts";
import { freeNow } from "../chunk/chunk-codec.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import type { ChunkIndex, ChunkPlace } from "../chunk-index/chunk-index.ts";
import { isMissing } from "../folder/is-present.ts";
import type { StoreFolder } from "../folder/store-folder.ts";
import type { PackFiles } from "../pack/pack-files.ts";
import { StoreError } from "../store-error.ts";

/** A part of one chunk, and where a reader wants it. */
export interface WantedPart {
  readonly digest: Uint8Array;
  readonly rawLength: number;
  /** The part: `[from, to)` of the chunk's bytes. */
  readonly from: number;
  readonly to: number;
  /** Where it goes. */
  readonly target: Uint8Array;
}

interface PlacedPart {
  readonly part: WantedPart;
  readonly name: string;
  readonly place: ChunkPlace;
}

const chunksPerRun = 8;
/** One run is read while the threads are busy with another. */
const runsAtOnce = 2;

/**
 * Fetches chunks by digest, whatever pack they lie in, and proves every one.
 *
 * Memory  a call holds at most 16 chunks (2 runs of 8), stored and expanded, besides the cache
 * Throws  `store.damaged`, naming chunk, pack and offset
 */
export class ChunkReader {
  readonly #folder: StoreFolder;
  readonly #packs: PackFiles;
  readonly #index: ChunkIndex;
  readonly #workers: ChunkWorkers;
  readonly #cache: ChunkCache;

  constructor(parts: { folder: StoreFolder; packs: PackFiles; index: ChunkIndex; workers: ChunkWorkers; cache: ChunkCache }) {
    this.#folder = parts.folder;
    this.#packs = parts.packs;
    this.#index = parts.index;
    this.#workers = parts.workers;
    this.#cache = parts.cache;
  }

  /** Fills the targets of all parts. Looks every chunk up first, so callers with many parts call in turns. */
  async fill(parts: readonly WantedPart[], signal: AbortSignal | undefined): Promise<void> {
    const placed: PlacedPart[] = [];
    for (const part of parts) {
      const name = Buffer.from(part.digest).toString("hex");
      const cached = this.#cache.get(name);
      if (cached === undefined) {
        placed.push({ part, name, place: this.#locate(part, name) });
      } else {
        part.target.set(cached.subarray(part.from, part.to));
      }
    }
    const runs = cutIntoRuns(placed);
    const readOnAndOn = async (): Promise<void> => {
      for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
        signal?.throwIfAborted();
        await this.#readRun(run);
      }
    };
    await allEnded(Array.from({ length: runsAtOnce }, readOnAndOn));
  }

  #locate(part: WantedPart, name: string): ChunkPlace {
    const place = this.#index.find(part.digest);
    if (place === undefined) {
      throw new StoreError(
        "store.damaged",
        `Chunk ${name} is in no readable pack: a pack file is missing or damaged. Restore it from a backup.`,
      );
    }
    if (place.rawLength !== part.rawLength || place.storedLength > place.rawLength) {
      const lengths = `${place.rawLength} bytes, ${place.storedLength} stored, instead of ${part.rawLength}`;
      throw this.#damaged({ part, name, place }, `the chunk index gives it ${lengths}`);
    }
    return place;
  }

  async #readRun(run: readonly PlacedPart[]): Promise<void> {
    const stored = await this.#readStored(run);
    await allEnded(run.map((placed, number) => this.#expand(placed, stored[number])));
  }

  async #expand(placed: PlacedPart, stored: Uint8Array<ArrayBuffer> = new Uint8Array()): Promise<void> {
    const { part, name, place } = placed;
    const input = { stored: stored.buffer, rawLength: place.rawLength, codec: place.codec, digest: name };
    const raw = await this.#workers.run("expand", input, [stored.buffer]);
    if ("damage" in raw) {
      throw this.#damaged(placed, raw.damage);
    }
    part.target.set(raw.subarray(part.from, part.to));
    // A chunk that was wanted whole is not likely to be wanted again by the next read.
    if (part.to - part.from < raw.length) {
      this.#cache.set(name, raw);
    } else {
      freeNow(raw);
    }
  }

  /** Reads chunks that lie back to back by one call to the system, each into memory of its own. */
  async #readStored(run: readonly PlacedPart[]): Promise<Uint8Array<ArrayBuffer>[]> {
    const stored = run.map(({ place }) => new Uint8Array(place.storedLength));
    const [first] = run;
    if (first === undefined) {
      return stored;
    }
    try {
      const bytesRead = await this.#packs.read(first.place.pack, first.place.offset, stored);
      if (bytesRead < stored.reduce((sum, bytes) => sum + bytes.length, 0)) {
        throw this.#damaged(first, "the pack ends before it, or before a chunk that follows");
      }
    } catch (error) {
      throw isMissing(error) ? this.#damaged(first, "the pack is missing") : error;
    }
    return stored;
  }

  #damaged({ name, place }: PlacedPart, reason: string): StoreError {
    const where = `Chunk ${name} in pack ${this.#folder.packPath(place.pack)} at offset ${place.offset}`;
    return new StoreError("store.damaged", `${where} is damaged: ${reason}. Restore the pack from a backup.`);
  }
}

/** Waits until all work has ended, also when some failed: nothing may go on after a read has. Throws the first failure. */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

/** Puts chunks in the order of the packs and joins those that lie back to back. */
function cutIntoRuns(placed: PlacedPart[]): PlacedPart[][] {
  const runs: PlacedPart[][] = [];
  placed.sort((a, b) => (a.place.pack === b.place.pack ? a.place.offset - b.place.offset : a.place.pack < b.place.pack ? -1 : 1));
  for (const next of placed) {
    const run = runs.at(-1);
    const last = run?.at(-1)?.place;
    const joins = last?.pack === next.place.pack && last.offset + last.storedLength === next.place.offset;
    if (run !== undefined && joins && run.length < chunksPerRun) {
      run.push(next);
    } else {
      runs.push([next]);
    }
  }
  return runs;
}
