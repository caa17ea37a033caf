import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { extentsOf } from "../core/extents-of.ts";
import { WindowCache } from "./window-cache.ts";

const MAX_CHUNK_BYTES = 16 * 1024 * 1024;

/** Verified chunks that are kept: reads that ascend in small steps would otherwise verify each chunk over and over. */
const KEPT_CHUNKS = 4;

/** What a source should hold. */
export interface ChunkDigests {
  /** Length of every chunk but the last. At most 16 MiB. */
  readonly chunkBytes: number;
  /** SHA-256 of each chunk, in order. */
  readonly digests: readonly Uint8Array[];
}

/**
 * Reads a source in chunks and gives out nothing that was not checked against its digest. Closing it closes the source.
 *
 * Memory  4 chunks, and two for each read that waits (hashing copies, on the thread pool)
 * Throws  at once disk.corrupt (the list does not fit the source; the source then stays the caller's); while reading disk.corrupt (a chunk is not
 *         what its digest says), what the source throws
 */
export function verifyChunks(source: ByteSource, expected: ChunkDigests): ByteSource {
  const { chunkBytes, digests } = expected;
  if (!Number.isInteger(chunkBytes) || chunkBytes < 1 || chunkBytes > MAX_CHUNK_BYTES) {
    throw new DiskError("disk.corrupt", `The list of digests is for chunks of ${chunkBytes} bytes; 1 to ${MAX_CHUNK_BYTES} are possible.`);
  }
  const count = Math.ceil(source.lengthBytes / chunkBytes);
  if (digests.length !== count || digests.some(({ length }) => length !== 32)) {
    throw new DiskError(
      "disk.corrupt",
      `The list of ${digests.length} digests does not fit ${source.lengthBytes} bytes: ${count} of 32 bytes are needed.`,
      { remedy: "Check that the list belongs to this file, and that the file is whole." },
    );
  }
  return new VerifiedSource(source, expected);
}

class VerifiedSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #chunks: WindowCache;
  #closing: Promise<void> | undefined;

  constructor(source: ByteSource, { chunkBytes, digests }: ChunkDigests) {
    this.#source = source;
    this.lengthBytes = source.lengthBytes;
    this.#chunks = new WindowCache({
      lengthBytes: source.lengthBytes,
      windowBytes: chunkBytes,
      maxWindows: KEPT_CHUNKS,
      load: async (offset, length, signal) => {
        const chunk = await source.read(offset, length, { signal });
        await check(chunk, { offset, expected: digests[offset / chunkBytes] });
        return chunk;
      },
    });
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return this.#chunks.read(offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await this.#chunks.readInto(target, offset, options);
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return extentsOf(this.#source, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#chunks[Symbol.asyncDispose]();
    await this.#source[Symbol.asyncDispose]();
  }
}

async function check(chunk: Uint8Array, { offset, expected }: { offset: number; expected: Uint8Array | undefined }): Promise<void> {
  const found = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(chunk)));
  if (expected === undefined || !found.equals(expected)) {
    throw new DiskError("disk.corrupt", `The ${chunk.length} bytes at ${offset} are not those that the list of digests was made of.`, {
      remedy: "Get the file again; if it happens again, the list belongs to another file.",
    });
  }
}
