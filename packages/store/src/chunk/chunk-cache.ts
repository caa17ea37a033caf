import { freeNow } from "./chunk-codec.ts";

/**
 * Keeps the most recently used expanded chunks, by digest, so that small reads side by side do not expand a chunk again and again.
 *
 * Memory  at most `limitBytes`
 */
export class ChunkCache {
  readonly #limitBytes: number;
  /** Least recently used first. */
  readonly #chunks = new Map<string, Uint8Array>();
  #usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The memory belongs to the cache: copy from it at once, never change it. The next `set` may free it. */
  get(digest: string): Uint8Array | undefined {
    const chunk = this.#chunks.get(digest);
    if (chunk !== undefined) {
      this.#chunks.delete(digest);
      this.#chunks.set(digest, chunk);
    }
    return chunk;
  }

  /** Takes over `chunk`'s memory. */
  set(digest: string, chunk: Uint8Array): void {
    if (this.#chunks.has(digest) || chunk.length > this.#limitBytes) {
      return;
    }
    this.#chunks.set(digest, chunk);
    this.#usedBytes += chunk.length;
    for (const [oldest, unused] of this.#chunks) {
      if (this.#usedBytes <= this.#limitBytes) {
        return;
      }
      this.#chunks.delete(oldest);
      this.#usedBytes -= unused.length;
      freeNow(unused);
    }
  }
}
