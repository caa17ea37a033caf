import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";

/**
 * Serves bytes that are in memory already: small files and tests.
 *
 * Memory  the bytes given, no copy; they must not change afterwards
 * Throws  RangeError when a read leaves the bytes
 */
export class MemorySource implements ByteSource {
  readonly lengthBytes: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.lengthBytes = bytes.length;
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    options?.signal?.throwIfAborted();
    return this.#bytes.subarray(offset, offset + length);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    target.set(await this.read(offset, target.length, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }
}
