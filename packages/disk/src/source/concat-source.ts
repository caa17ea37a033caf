import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { extentsOf } from "../core/extents-of.ts";
import { fillFrom } from "../core/fill-from.ts";
import { readByFilling } from "../core/read-by-filling.ts";

/** One source and where it begins in the whole. */
interface Part {
  readonly source: ByteSource;
  readonly start: number;
}

/**
 * Joins several sources end to end into one, for disks that come in pieces. Closing it closes all of them.
 *
 * Memory  what one read returns
 * Throws  RangeError when a read leaves the whole; what the parts throw
 */
export class ConcatSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #parts: readonly Part[];

  constructor(sources: readonly ByteSource[]) {
    let start = 0;
    this.#parts = sources.map((source) => {
      const part = { source, start };
      start += source.lengthBytes;
      return part;
    });
    this.lengthBytes = start;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    for (const { source, start } of this.#parts) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + target.length, start + source.lengthBytes);
      if (from < to) {
        await fillFrom(source, target.subarray(from - offset, to - offset), from - start, options);
      }
    }
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    for (const { source, start } of this.#parts) {
      for await (const extent of extentsOf(source, options)) {
        yield { ...extent, offset: start + extent.offset };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { source } of this.#parts) {
      await source[Symbol.asyncDispose]();
    }
  }
}
