import { wordingErrors } from "../as-store-error.ts";
import type { BlobExtent, BlobId, BlobRecord, StoredBlob } from "../blob-store.ts";
import { digestBytes } from "../chunk/chunk-codec.ts";
import type { ManifestFile } from "../manifest/manifest-file.ts";
import { chunksPerSegment } from "../manifest/manifest-format.ts";
import { StoreError } from "../store-error.ts";
import type { ChunkReader, WantedPart } from "./chunk-reader.ts";

/** Chunks looked up before the first of them is read. */
const chunksPerTurn = 64;
const noDigest = Buffer.alloc(digestBytes);

/** What an open blob works with. */
export interface LocalStoredBlobParts {
  readonly id: BlobId;
  readonly manifest: ManifestFile;
  readonly chunks: ChunkReader;
  /** Called once, when the blob is closed. */
  readonly onEnd: () => void;
}

/**
 * A committed blob of a local store. It stays readable when it is removed while open.
 *
 * Memory  what `ManifestFile` holds, and per read the bytes asked for and what `ChunkReader` holds
 */
export class LocalStoredBlob implements StoredBlob {
  readonly id: BlobId;
  readonly lengthBytes: number;
  readonly record: BlobRecord;
  readonly #parts: LocalStoredBlobParts;
  readonly #chunkSizeBytes: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed = false;

  constructor(parts: LocalStoredBlobParts) {
    this.id = parts.id;
    this.lengthBytes = parts.manifest.shape.lengthBytes;
    this.record = parts.manifest.record;
    this.#parts = parts;
    this.#chunkSizeBytes = parts.manifest.shape.chunkSizeBytes;
  }

  async read(offset: number, length: number, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Uint8Array> {
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || offset + length > this.lengthBytes) {
      throw new RangeError(`The range of ${length} bytes at ${offset} leaves blob ${this.id}, which has ${this.lengthBytes} bytes.`);
    }
    return this.#whileOpen(async () => {
      const target = new Uint8Array(length);
      for await (const parts of this.#partsOf(offset, target)) {
        options.signal?.throwIfAborted();
        await this.#parts.chunks.fill(parts, options.signal);
      }
      return target;
    });
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
    await this.#parts.manifest[Symbol.asyncDispose]();
    this.#parts.onEnd();
  }

  /** Parts of non-zero chunks that make up a range, some chunks at a time. */
  async *#partsOf(offset: number, target: Uint8Array): AsyncGenerator<WantedPart[]> {
    const end = offset + target.length;
    let parts: WantedPart[] = [];
    let position = offset;
    while (position < end) {
      const index = Math.floor(position / this.#chunkSizeBytes);
      const segmentNumber = Math.floor(index / chunksPerSegment);
      const segment = await this.#parts.manifest.segment(segmentNumber);
      const chunkStart = index * this.#chunkSizeBytes;
      const rawLength = Math.min(this.#chunkSizeBytes, this.lengthBytes - chunkStart);
      const digest = segment === undefined ? noDigest : digestAt(segment, index % chunksPerSegment);
      const next = segment === undefined ? (segmentNumber + 1) * chunksPerSegment * this.#chunkSizeBytes : chunkStart + rawLength;
      const to = Math.min(end, next);
      if (!digest.equals(noDigest)) {
        const place = target.subarray(position - offset, to - offset);
        parts.push({ digest, rawLength, from: position - chunkStart, to: to - chunkStart, target: place });
      }
      if (parts.length === chunksPerTurn) {
        yield parts;
        parts = [];
      }
      position = to;
    }
    yield parts;
  }

  /** Every chunk, or a whole segment of zero chunks, as an extent of its own. */
  async *#chunkRuns(): AsyncGenerator<BlobExtent> {
    const segmentBytes = chunksPerSegment * this.#chunkSizeBytes;
    for (let number = 0; number < this.#parts.manifest.segmentCount; number += 1) {
      const segment = await this.#whileOpen(() => this.#parts.manifest.segment(number));
      const start = number * segmentBytes;
      if (segment === undefined) {
        yield { offset: start, length: Math.min(segmentBytes, this.lengthBytes - start), kind: "zero" };
        continue;
      }
      for (let index = 0; index < segment.length / digestBytes; index += 1) {
        const offset = start + index * this.#chunkSizeBytes;
        const length = Math.min(this.#chunkSizeBytes, this.lengthBytes - offset);
        yield { offset, length, kind: digestAt(segment, index).equals(noDigest) ? "zero" : "data" };
      }
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

function digestAt(segment: Buffer, index: number): Buffer {
  return segment.subarray(index * digestBytes, (index + 1) * digestBytes);
}
