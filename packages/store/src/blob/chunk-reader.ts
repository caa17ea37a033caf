import type { Backend } from "../backend/backend.ts";
import type { ChunkCache } from "../chunk/chunk-cache.ts";
import { freeNow } from "../chunk/chunk-codec.ts";
import type { ChunkSlot } from "../chunk/chunk-slots.ts";
import type { ChunkTurns } from "../chunk/chunk-turns.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import type { ChunkIndex, ChunkPlace } from "../chunk-index/chunk-index.ts";
import { noteDamage } from "../chunk-index/note-damage.ts";
import { maxStoredLength } from "../pack/pack-format.ts";
import { isStoreError, StoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";

/** A part of one chunk, and where a reader wants it. */
export interface WantedPart {
  readonly name: Uint8Array;
  readonly rawLength: number;
  /** Opens the chunk, when it belongs to a sealed blob. */
  readonly sealKey: Uint8Array | undefined;
  /** The part: `[from, to)` of the chunk's bytes. */
  readonly from: number;
  readonly to: number;
  /** Where it goes. */
  readonly target: Uint8Array;
}

interface PlacedPart {
  readonly part: WantedPart;
  /** The chunk's name in hex. */
  readonly hex: string;
  readonly place: ChunkPlace;
}

/** Why a place does not hold the chunk. */
interface Damage {
  readonly place: ChunkPlace;
  readonly reason: string;
  /** The pack itself is missing or cut. */
  readonly isOfPack?: boolean;
}

const chunksPerRun = 8;
/** One run is read while the threads are busy with another. */
const runsAtOnce = 2;

/** What a reader of chunks works with. */
export interface ChunkReaderParts {
  readonly backend: Backend;
  readonly index: ChunkIndex;
  readonly workers: ChunkWorkers;
  readonly cache: ChunkCache;
  readonly turns: ChunkTurns;
}

/**
 * Fetches chunks by name, whatever pack they lie in, and proves every one. A chunk that is not whole in one pack is noted as damaged
 * there, so that the next writer of its content stores it again, and taken from another pack that has it.
 *
 * Memory  the chunks that `turns` lets be read at a time, stored and expanded, besides the cache; of these a call holds at most 16
 *         (2 runs of 8)
 * Throws  `store.damaged`, naming chunk, pack and offset, when no pack has the chunk whole
 */
export class ChunkReader {
  readonly #parts: ChunkReaderParts;

  constructor(parts: ChunkReaderParts) {
    this.#parts = parts;
  }

  /** Fills the targets of all parts. Looks every chunk up first, so callers with many parts call in turns. */
  async fetch(parts: readonly WantedPart[], signal: AbortSignal | undefined): Promise<void> {
    const placed: PlacedPart[] = [];
    for (const part of parts) {
      const hex = Buffer.from(part.name).toString("hex");
      const cached = this.#parts.cache.get(hex);
      if (cached === undefined) {
        placed.push({ part, hex, place: this.#placesOf(part)[0] ?? noPlace(hex) });
      } else {
        part.target.set(cached.subarray(part.from, part.to));
      }
    }
    const runs = cutIntoRuns(placed);
    const readOnAndOn = async (): Promise<void> => {
      for (let run = runs.shift(); run !== undefined; run = runs.shift()) {
        signal?.throwIfAborted();
        await this.#readRun(run, signal);
      }
    };
    await allEnded(Array.from({ length: runsAtOnce }, readOnAndOn));
  }

  /** Puts all of a chunk at the begin of a slot. */
  async fill(slot: ChunkSlot, wanted: Pick<WantedPart, "name" | "rawLength" | "sealKey">, signal: AbortSignal | undefined): Promise<void> {
    const { name, rawLength, sealKey } = wanted;
    const part = { ...wanted, from: 0, to: rawLength, target: slot.bytes.subarray(0, rawLength) };
    const [place] = this.#placesOf(part);
    if (place === undefined || place.damaged || !(await this.#fillFrom(place, { slot, name, rawLength, sealKey }, signal))) {
      // Finds out what is wrong, and another place.
      await this.fetch([part], signal);
    }
  }

  /** Answers whether the chunk is there, whole. */
  async #fillFrom(
    { pack, offset, storedLength, codec, crc }: ChunkPlace,
    { slot, ...wanted }: Pick<WantedPart, "name" | "rawLength" | "sealKey"> & { readonly slot: ChunkSlot },
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    using _turn = await this.#parts.turns.take(1);
    signal?.throwIfAborted();
    if (!(await this.#readInto(pack, offset, [slot.bytes.subarray(0, storedLength)], signal))) {
      return false;
    }
    // A view of a list would take all of the list along to the thread.
    const name = new Uint8Array(wanted.name);
    const { rawLength, sealKey } = wanted;
    const wrong = await this.#parts.workers.run("unpackInSlot", { slot: slot.memory, storedLength, rawLength, codec, name, crc, sealKey });
    return wrong === undefined;
  }

  async #readRun(run: readonly PlacedPart[], signal: AbortSignal | undefined): Promise<void> {
    using _turn = await this.#parts.turns.take(run.length);
    signal?.throwIfAborted();
    const stored = await this.#readStored(run, signal);
    if (stored === undefined) {
      // One of them is damaged or moved; each finds out for itself.
      await allEnded(run.map((placed) => this.#readElsewhere(placed, undefined, signal)));
      return;
    }
    await allEnded(
      run.map(async (placed, number) => {
        const reason = await this.#unpack(placed, stored[number] ?? new Uint8Array());
        if (reason !== undefined) {
          await this.#readElsewhere(placed, { place: placed.place, reason }, signal);
        }
      }),
    );
  }

  /** Tries every place that the chunk has, one after the other, after `failed`. Collection may have moved it in the meantime. */
  async #readElsewhere({ part, hex }: PlacedPart, failed: Damage | undefined, signal: AbortSignal | undefined): Promise<void> {
    const tried = new Map<string, Damage>();
    if (failed !== undefined) {
      tried.set(failed.place.pack, failed);
      this.#note(part, failed.place, true);
    }
    for (;;) {
      const place = this.#placesOf(part).find(({ pack }) => !tried.has(pack));
      if (place === undefined) {
        const [first] = tried.values();
        throw first === undefined ? noPlace(hex) : this.#damaged(hex, first);
      }
      const placed = { part, hex, place };
      const [stored] = (await this.#readStored([placed], signal)) ?? [];
      const reason = stored === undefined ? "the pack is missing, or ends before it" : await this.#unpack(placed, stored);
      if (reason === undefined) {
        return;
      }
      tried.set(place.pack, { place, reason, isOfPack: stored === undefined });
      this.#note(part, place, true);
    }
  }

  /** Places that can be the chunk's: what the index says is only believed as far as it fits what the blob says. */
  #placesOf(part: WantedPart): ChunkPlace[] {
    const isSealed = part.sealKey !== undefined;
    return this.#parts.index
      .findForReading(part.name)
      .filter(
        ({ rawLength, storedLength, sealed }) =>
          rawLength === part.rawLength && storedLength <= maxStoredLength(rawLength, sealed) && sealed === isSealed,
      );
  }

  /** Puts a chunk where it is wanted; answers why that is not possible. */
  async #unpack({ part, hex, place }: PlacedPart, stored: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const { rawLength, sealKey } = part;
    // A view of a list would take all of the list along to the thread.
    const name = new Uint8Array(part.name);
    const input = { stored: stored.buffer, rawLength, codec: place.codec, name, crc: place.crc, sealKey };
    const raw = await this.#parts.workers.run("unpack", input, [stored.buffer]);
    if ("damage" in raw) {
      return raw.damage;
    }
    if (place.damaged) {
      this.#note(part, place, false);
    }
    part.target.set(raw.subarray(part.from, part.to));
    // A chunk that was wanted whole is not likely to be wanted again by the next read.
    if (part.to - part.from < raw.length) {
      this.#parts.cache.set(hex, raw);
    } else {
      freeNow(raw);
    }
    return undefined;
  }

  /** Reads chunks that lie back to back by one call, each into memory of its own; undefined when they are not all there. */
  async #readStored(run: readonly PlacedPart[], signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>[] | undefined> {
    const stored = run.map(({ place }) => new Uint8Array(place.storedLength));
    const [first] = run;
    if (first === undefined) {
      return stored;
    }
    const { pack, offset } = first.place;
    return (await this.#readInto(pack, offset, stored, signal)) ? stored : undefined;
  }

  /** Answers whether the pack is there and that long. */
  async #readInto(pack: string, offset: number, targets: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<boolean> {
    const wanted = targets.reduce((sum, bytes) => sum + bytes.length, 0);
    try {
      const options = signal === undefined ? {} : { signal };
      return (await this.#parts.backend.read(packFileName(pack), offset, targets, options)) === wanted;
    } catch (error) {
      if (isStoreError(error) && error.code === "store.missing") {
        return false;
      }
      throw error;
    }
  }

  #note({ name }: WantedPart, { pack }: ChunkPlace, damaged: boolean): void {
    noteDamage(this.#parts.index, { name, pack }, damaged);
  }

  #damaged(hex: string, { place: { pack, offset }, reason, isOfPack = false }: Damage): StoreError {
    const file = packFileName(pack);
    const where = `Chunk ${hex} in ${file} (${this.#parts.backend.place}) at offset ${offset}`;
    const message = `${where} is damaged: ${reason}. Restore the pack from a backup, or import the content again.`;
    return new StoreError("store.damaged", message, { place: isOfPack ? { file } : { file, chunk: hex, offset } });
  }
}

function noPlace(hex: string): never {
  const message = `Chunk ${hex} is in no readable pack: a pack is missing or damaged. Restore it from a backup, or import the content again.`;
  throw new StoreError("store.damaged", message, { place: { chunk: hex } });
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
