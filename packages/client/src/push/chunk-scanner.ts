import type { FileDigest } from "./file-digest.ts";
import { HoleFinder } from "./hole-finder.ts";
import type { PushSource } from "./push-source.ts";

/** A chunk of a file, by its digest; undefined for one of zeros. */
export type ScannedChunk = Uint8Array | undefined;

/** Chunks that are read side by side. */
const readsAtOnce = 8;

/**
 * Reads a file once, chunk by chunk, and digests it: every chunk, and the whole.
 *
 * Memory  8 chunks, and what `FileDigest` holds
 * Throws  what the source throws; the signal's reason
 */
export class ChunkScanner implements AsyncDisposable {
  readonly #source: PushSource;
  readonly #chunkBytes: number;
  readonly #digest: FileDigest;
  readonly #signal: AbortSignal | undefined;
  readonly #holes: HoleFinder;
  #at = 0;

  constructor(source: PushSource, chunkBytes: number, options: { readonly digest: FileDigest; readonly signal: AbortSignal | undefined }) {
    this.#source = source;
    this.#chunkBytes = chunkBytes;
    this.#digest = options.digest;
    this.#signal = options.signal;
    this.#holes = new HoleFinder(source, options.signal);
  }

  /** Where the next chunk begins. */
  get offset(): number {
    return this.#at;
  }

  /** Takes the next chunks, at most so many. */
  async next(most: number): Promise<ScannedChunk[]> {
    const chunks: ScannedChunk[] = [];
    while (chunks.length < most && this.#at < this.#source.lengthBytes) {
      const read = await this.#readSome(Math.min(readsAtOnce, most - chunks.length));
      chunks.push(...(await Promise.all(read.map(async ({ bytes }) => bytes && (await sha256(bytes))))));
      for (const { bytes, lengthBytes } of read) {
        await (bytes === undefined ? this.#digest.addZeros(lengthBytes) : this.#digest.add(bytes));
      }
    }
    return chunks;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holes[Symbol.asyncDispose]();
  }

  async #readSome(most: number): Promise<readonly { readonly bytes: Uint8Array<ArrayBuffer> | undefined; readonly lengthBytes: number }[]> {
    const reading: Promise<{ bytes: Uint8Array<ArrayBuffer> | undefined; lengthBytes: number }>[] = [];
    try {
      while (reading.length < most && this.#at < this.#source.lengthBytes) {
        this.#signal?.throwIfAborted();
        const [offset, end] = [this.#at, Math.min(this.#at + this.#chunkBytes, this.#source.lengthBytes)];
        const lengthBytes = end - offset;
        const isHole = await this.#holes.isHole(offset, end);
        reading.push(isHole ? Promise.resolve({ bytes: undefined, lengthBytes }) : this.#read(offset, lengthBytes));
        this.#at = end;
      }
    } finally {
      await Promise.allSettled(reading);
    }
    return await Promise.all(reading);
  }

  async #read(offset: number, lengthBytes: number): Promise<{ bytes: Uint8Array<ArrayBuffer> | undefined; lengthBytes: number }> {
    const read = await this.#source.read(offset, lengthBytes, { signal: this.#signal });
    // What was read may lie in memory that others use; this is given to the thread.
    return { bytes: isZero(read) ? undefined : new Uint8Array(read), lengthBytes };
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

const zeros = Buffer.alloc(64 * 1024);

function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (!zeros.subarray(0, part.length).equals(part)) {
      return false;
    }
  }
  return true;
}
