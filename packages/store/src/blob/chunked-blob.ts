import { wordingErrors } from "../as-store-error.ts";
import type { BlobExtent, BlobFrame, BlobId, BlobRecord, StoredBlob } from "../blob-store.ts";
import { nameBytes } from "../chunk/chunk-codec.ts";
import type { ListCache } from "../manifest/list-cache.ts";
import { chunksPerList, listBytesOf, listCountOf, listNameOf } from "../manifest/manifest-format.ts";
import type { Manifest } from "../manifest/manifest-format.ts";
import type { DataKey } from "../seal/data-key.ts";
import { isDamage, StoreError } from "../store-error.ts";
import type { DamagedBlob } from "../store-parts.ts";
import type { SpareSlots } from "../chunk/spare-slots.ts";
import type { ChunkReader, WantedPart } from "./chunk-reader.ts";
import { readAhead } from "./read-ahead.ts";
import type { BlobPart } from "./read-ahead.ts";
import { readFrame } from "./read-frame.ts";
import type { FrameParts, NamedChunk } from "./read-frame.ts";

/** Chunks looked up before the first of them is read. */
const chunksPerTurn = 64;
/** Frames that are read side by side. */
const framesAtOnce = 8;
const noName = Buffer.alloc(nameBytes);

/** What an open blob works with. */
export interface ChunkedBlobParts {
  readonly manifest: Manifest;
  /** Opens the chunks of a sealed blob. */
  readonly key: DataKey | undefined;
  readonly lists: ListCache;
  readonly chunks: ChunkReader;
  readonly frames: FrameParts;
  /** Memory of what is read ahead. */
  readonly slots: SpareSlots;
  /** Called once, when the blob is closed. */
  readonly onEnd: () => void;
  /** Told of reads that meet damage. */
  readonly onDamage: ((damage: DamagedBlob) => void) | undefined;
}

/**
 * A committed blob of a chunk store. It stays readable when it is removed while open.
 *
 * Memory  its root table (32 KiB for 2 TiB, at most 1 MiB), and per read the bytes asked for and what `ChunkReader` holds; per reader of
 *         frames 8 chunks, stored, and on the threads expanded
 */
export class ChunkedBlob implements StoredBlob {
  readonly id: BlobId;
  readonly lengthBytes: number;
  readonly record: BlobRecord;
  readonly keyId: string | undefined;
  readonly wrappedKey: Uint8Array | undefined;
  readonly #parts: ChunkedBlobParts;
  readonly #chunkSizeBytes: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: ChunkedBlobParts) {
    const { id, lengthBytes, record, keyId, wrappedKey, chunkSizeBytes } = parts.manifest;
    this.id = id;
    this.lengthBytes = lengthBytes;
    this.record = record;
    this.keyId = keyId;
    this.wrappedKey = wrappedKey?.slice();
    this.#parts = parts;
    this.#chunkSizeBytes = chunkSizeBytes;
  }

  async read(offset: number, length: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Uint8Array> {
    this.#checkRange(offset, length);
    const target = new Uint8Array(length);
    await this.readInto(target, offset, options);
    return target;
  }

  async readInto(target: Uint8Array, offset: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#checkRange(offset, target.length);
    await this.#whileOpen(async () => {
      for await (const parts of this.#partsOf(offset, target)) {
        options.signal?.throwIfAborted();
        await this.#tellingDamage(this.#parts.chunks.fetch(parts, options.signal));
      }
    });
  }

  async *pieces(
    { start, end }: { readonly start: number; readonly end: number },
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    this.#checkRange(start, end - start);
    const { chunks, slots, key } = this.#parts;
    const sealKey = key?.sealKey;
    yield* readAhead(this.#blobParts(start, end), {
      slots,
      fill: async ({ name, rawLength }, slot) =>
        await this.#whileOpen(() => this.#tellingDamage(chunks.fill(slot, { name, rawLength, sealKey }, signal))),
    });
  }

  get frameBytes(): number | undefined {
    return this.#parts.key === undefined ? this.#chunkSizeBytes : undefined;
  }

  async *frames({ signal }: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterable<BlobFrame> {
    if (this.frameBytes === undefined) {
      throw new StoreError("store.keyUnavailable", `Blob ${this.id} is sealed, and its frames are not given out.`);
    }
    for await (const chunks of this.#chunksInTurns()) {
      signal?.throwIfAborted();
      yield* await this.#whileOpen(() => Promise.all(chunks.map((chunk) => this.#frame(chunk, signal))));
    }
  }

  async *extents(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterable<BlobExtent> {
    let run: BlobExtent | undefined;
    for await (const next of this.#chunkRuns()) {
      options.signal?.throwIfAborted();
      if (run?.kind === next.kind) {
        run = { ...run, length: run.length + next.length };
      } else {
        if (run !== undefined) {
          yield run;
        }
        run = next;
      }
    }
    if (run !== undefined) {
      yield run;
    }
  }

  /** Waits for reads that are under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    this.#parts.onEnd();
  }

  #checkRange(offset: number, length: number): void {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > this.lengthBytes) {
      throw new RangeError(`The range of ${length} bytes at ${offset} leaves blob ${this.id}, which has ${this.lengthBytes} bytes.`);
    }
  }

  /** Parts of non-zero chunks that make up a range, some chunks at a time. Clears the rest of the range. */
  async *#partsOf(offset: number, target: Uint8Array): AsyncGenerator<WantedPart[]> {
    const sealKey = this.#parts.key?.sealKey;
    let parts: WantedPart[] = [];
    let position = 0;
    for await (const { name, rawLength, from, to } of this.#blobParts(offset, offset + target.length)) {
      const place = target.subarray(position, position + to - from);
      position += place.length;
      if (name === undefined) {
        place.fill(0);
      } else {
        parts.push({ name, rawLength, sealKey, from, to, target: place });
      }
      if (parts.length === chunksPerTurn) {
        yield parts;
        parts = [];
      }
    }
    yield parts;
  }

  /** What a range consists of, ascending. A list of zero chunks is one part. */
  async *#blobParts(start: number, end: number): AsyncGenerator<BlobPart, void, undefined> {
    let [list, listAt]: [Buffer | undefined, number] = [undefined, -1];
    for (let position = start; position < end;) {
      const index = Math.floor(position / this.#chunkSizeBytes);
      const listNumber = Math.floor(index / chunksPerList);
      if (listNumber !== listAt) {
        [list, listAt] = [await this.#list(listNumber), listNumber];
      }
      const chunkStart = index * this.#chunkSizeBytes;
      const rawLength = Math.min(this.#chunkSizeBytes, this.lengthBytes - chunkStart);
      const name = list === undefined ? noName : nameAt(list, index % chunksPerList);
      const next = list === undefined ? (listNumber + 1) * chunksPerList * this.#chunkSizeBytes : chunkStart + rawLength;
      const to = Math.min(end, next);
      yield { name: name.equals(noName) ? undefined : name, rawLength, from: position - chunkStart, to: to - chunkStart };
      position = to;
    }
  }

  async #frame(chunk: NamedChunk, signal: AbortSignal | undefined): Promise<BlobFrame> {
    const { offset, length } = chunk;
    const frame = await readFrame(this.#parts.frames, chunk, signal);
    return frame ?? { offset, length, form: "raw", bytes: await this.read(offset, length, { signal }) };
  }

  /** Chunks that are not zeros, ascending, a few at a time. */
  async *#chunksInTurns(): AsyncGenerator<NamedChunk[]> {
    let chunks: NamedChunk[] = [];
    for (let number = 0; number < listCountOf(this.#parts.manifest); number += 1) {
      const list = (await this.#whileOpen(() => this.#list(number))) ?? Buffer.alloc(0);
      for (let index = 0; index < list.length / nameBytes; index += 1) {
        const name = nameAt(list, index);
        const offset = (number * chunksPerList + index) * this.#chunkSizeBytes;
        if (!name.equals(noName)) {
          chunks.push({ name, offset, length: Math.min(this.#chunkSizeBytes, this.lengthBytes - offset) });
        }
        if (chunks.length === framesAtOnce) {
          yield chunks;
          chunks = [];
        }
      }
    }
    yield chunks;
  }

  /** Every chunk, or a whole list of zero chunks, as an extent of its own. */
  async *#chunkRuns(): AsyncGenerator<BlobExtent> {
    const bytesPerList = chunksPerList * this.#chunkSizeBytes;
    for (let number = 0; number < listCountOf(this.#parts.manifest); number += 1) {
      const list = await this.#whileOpen(() => this.#list(number));
      const start = number * bytesPerList;
      if (list === undefined) {
        yield { offset: start, length: Math.min(bytesPerList, this.lengthBytes - start), kind: "zero" };
        continue;
      }
      for (let index = 0; index < list.length / nameBytes; index += 1) {
        const offset = start + index * this.#chunkSizeBytes;
        const length = Math.min(this.#chunkSizeBytes, this.lengthBytes - offset);
        yield { offset, length, kind: nameAt(list, index).equals(noName) ? "zero" : "data" };
      }
    }
  }

  /** Names of a list's chunks; undefined when all of them are zero chunks. */
  async #list(number: number): Promise<Buffer | undefined> {
    const { manifest, lists } = this.#parts;
    const name = listNameOf(manifest, number);
    return name === undefined ? undefined : await this.#tellingDamage(lists.get(name, listBytesOf(manifest, number)));
  }

  async #tellingDamage<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      if (isDamage(error)) {
        this.#parts.onDamage?.({ blobId: this.id, record: this.record, error });
      }
      throw error;
    }
  }

  async #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) {
      throw new StoreError("store.closed", `Blob ${this.id} was closed.`);
    }
    const working = wordingErrors(`reading blob ${this.id}`, work);
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }
}

function nameAt(list: Buffer, index: number): Buffer {
  return list.subarray(index * nameBytes, (index + 1) * nameBytes);
}
