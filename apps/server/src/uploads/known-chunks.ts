import type { FoundChunk } from "@tintype/store/blob-store.ts";

/** Where a chunk lies that an upload may refer to. */
export type KnownChunk = Pick<FoundChunk, "blobId" | "offset" | "length">;

/** Chunks that are remembered for all uploads together: 16 GiB of files with chunks of 512 KiB. */
const mostChunks = 32_768;

/**
 * Remembers which chunks uploads may refer to, and where they lie. What is forgotten costs another question: of one upload the oldest goes
 * first, and before that other uploads, the one first that was not used for longest.
 *
 * Memory  some 300 bytes a chunk, at most 10 MiB
 */
export class KnownChunks {
  readonly #most: number;
  /** By upload, least recently used first, and by digest. */
  readonly #uploads = new Map<string, Map<string, KnownChunk>>();
  #count = 0;

  constructor(most: number = mostChunks) {
    this.#most = most;
  }

  /** `digest` is in hex. */
  remember(uploadId: string, digest: string, chunk: KnownChunk): void {
    const chunks = this.#used(uploadId) ?? new Map<string, KnownChunk>();
    this.#uploads.set(uploadId, chunks);
    this.#count += chunks.delete(digest) ? 0 : 1;
    chunks.set(digest, chunk);
    while (this.#count > this.#most) {
      this.#forgetOldest();
    }
  }

  find(uploadId: string, digest: string): KnownChunk | undefined {
    return this.#used(uploadId)?.get(digest);
  }

  forget(uploadId: string): void {
    this.#count -= this.#uploads.get(uploadId)?.size ?? 0;
    this.#uploads.delete(uploadId);
  }

  #used(uploadId: string): Map<string, KnownChunk> | undefined {
    const chunks = this.#uploads.get(uploadId);
    if (chunks !== undefined) {
      this.#uploads.delete(uploadId);
      this.#uploads.set(uploadId, chunks);
    }
    return chunks;
  }

  #forgetOldest(): void {
    const [uploadId, chunks] = this.#uploads.entries().next().value ?? [];
    const oldest = chunks?.keys().next().value;
    if (uploadId === undefined) {
      return;
    }
    if (this.#uploads.size > 1 || oldest === undefined) {
      this.forget(uploadId);
    } else {
      chunks?.delete(oldest);
      this.#count -= 1;
    }
  }
}
