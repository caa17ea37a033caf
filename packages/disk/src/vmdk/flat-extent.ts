import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

/**
 * A stretch of disk that is a part of a file as it is.
 *
 * Shape   the part lies inside the file
 * Memory  none of its own
 * Throws  what the source throws
 */
export class FlatExtent implements VmdkExtent {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #start: number;

  constructor(source: ByteSource, part: { readonly start: number; readonly lengthBytes: number }) {
    this.#source = source;
    this.#start = part.start;
    this.lengthBytes = part.lengthBytes;
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    if (this.#source.extents === undefined) {
      yield { offset: 0, length: this.lengthBytes, kind: "data" };
      return;
    }
    for await (const extent of this.#source.extents(options)) {
      const from = Math.max(extent.offset, this.#start);
      const to = Math.min(extent.offset + extent.length, this.#start + this.lengthBytes);
      if (extent.offset >= this.#start + this.lengthBytes) {
        return;
      }
      if (from < to) {
        yield { offset: from - this.#start, length: to - from, kind: extent.kind };
      }
    }
  }

  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    return fillFrom(this.#source, target, this.#start + offset, options);
  }
}

/** A stretch of disk that reads as zeros and lies nowhere. */
export class ZeroExtent implements VmdkExtent {
  readonly lengthBytes: number;

  constructor(lengthBytes: number) {
    this.lengthBytes = lengthBytes;
  }

  async *extents(): AsyncGenerator<Extent> {
    yield { offset: 0, length: this.lengthBytes, kind: "zero" };
  }

  async readInto(target: Uint8Array): Promise<void> {
    target.fill(0);
  }
}
