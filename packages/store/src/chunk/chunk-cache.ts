import { freeNow } from "./chunk-codec.ts";

/**
 * Keeps the most recently used expanded chunks, by name, so that small reads side by side do not expand a chunk again and again.
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
  get(name: string): Uint8Array | undefined {
    const chunk = this.#chunks.get(name);
    if (chunk !== undefined) {
      this.#chunks.delete(name);
      this.#chunks.set(name, chunk);
    }
    return chunk;
  }

  /** Takes over `chunk`'s memory. */
  set(name: string, chunk: Uint8Array): void {
    if (this.#chunks.has(name) || chunk.length > this.#limitBytes) {
      return;
    }
    this.#chunks.set(name, chunk);
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
