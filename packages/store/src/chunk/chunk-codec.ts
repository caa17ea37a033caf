import { hash } from "node:crypto";
import { isMarkedAsUntransferable } from "node:worker_threads";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { looksRandom } from "./looks-random.ts";

/** How a chunk's bytes lie in a pack, as packs and the index number it. */
export const chunkCodecs = { stored: 0, zstd: 1 } as const;

export type ChunkCodec = (typeof chunkCodecs)[keyof typeof chunkCodecs];

/** Bytes of a chunk's name. */
export const nameBytes = 32;

/** A chunk that zstd does not bring below this part of its length stays as it is. */
const worthwhileRatio = 0.97;
/** No frame of ours needs a larger window than the largest chunk, 2^22 bytes. */
const windowLogMax = 22;
/** Room beyond a chunk's length that makes zlib do with one piece of output memory, whatever the content. */
const outputMarginBytes = 4096;

export function isChunkCodec(value: unknown): value is ChunkCodec {
  return value === chunkCodecs.stored || value === chunkCodecs.zstd;
}

/** SHA-256, the name of a plain chunk. About 1 GiB/s a core, so not for the event loop. */
export function digestOf(bytes: Uint8Array): Buffer {
  return hash("sha256", bytes, "buffer");
}

/**
 * Compresses a chunk at level 1, which on disk content is about as small as level 3 and much faster.
 * Answers undefined when that does not pay, which content that looks random is not even tried for (docs/decisions/0007).
 */
export function compressChunk(raw: Uint8Array): Uint8Array | undefined {
  if (looksRandom(raw)) {
    return undefined;
  }
  const compressed = zstdCompressSync(raw, {
    chunkSize: raw.length + outputMarginBytes,
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
  if (compressed.length > raw.length * worthwhileRatio) {
    freeNow(compressed);
    return undefined;
  }
  return compressed;
}

/**
 * Brings back a chunk's raw bytes, in memory of their own.
 *
 * Memory  never more than `rawLength`, whatever the stored bytes say
 * Throws  Error when the stored bytes are no such frame
 */
export function expandChunk(stored: Uint8Array, codec: ChunkCodec, rawLength: number): Uint8Array<ArrayBuffer> {
  if (codec === chunkCodecs.stored) {
    return new Uint8Array(stored);
  }
  const raw = zstdDecompressSync(stored, {
    chunkSize: rawLength + outputMarginBytes,
    maxOutputLength: rawLength,
    params: { [constants.ZSTD_d_windowLogMax]: windowLogMax },
  });
  // Short results lie in the pool that Node's buffers share, and its memory cannot be handed to another thread.
  return isMarkedAsUntransferable(raw.buffer) ? new Uint8Array(raw) : raw;
}

/**
 * Gives large memory back at once. Left to the garbage collector, results of this size pile up to some hundred MiB before it looks.
 * Nothing may use `bytes`, or anything else in the same memory, afterwards. Memory of Node's shared pool is left alone.
 */
export function freeNow(bytes: Uint8Array): void {
  if (bytes.buffer instanceof ArrayBuffer && !isMarkedAsUntransferable(bytes.buffer)) {
    bytes.buffer.transfer(0);
  }
}
