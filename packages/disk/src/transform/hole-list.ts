import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { mergeExtents } from "../core/merge-extents.ts";

/** Holes that are remembered for one disk unless the caller says otherwise. */
const MAX_HOLES = 4 * 1024 * 1024;

/** Whatever can list a map: a disk, or a source that knows its holes. */
export interface ListsExtents {
  extents(options?: ReadOptions): AsyncIterable<Extent>;
}

/** A stretch that is a hole throughout, or has none. */
interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly isHole: boolean;
}

/**
 * Remembers where the holes of a disk are, so that any range can be looked up: a disk lists its map from the start only.
 *
 * Memory  16 bytes a hole, at most 64 MiB (128 MiB for a moment while it grows)
 */
export class HoleList {
  readonly #bounds: Float64Array;
  readonly #count: number;

  private constructor(bounds: Float64Array, count: number) {
    this.#bounds = bounds;
    this.#count = count;
  }

  /**
   * Reads the whole map of a disk.
   *
   * Throws  disk.limit (too many holes to remember), what the disk throws
   */
  static async of(disk: ListsExtents, options: ReadOptions & { readonly maxHoles?: number | undefined } = {}): Promise<HoleList> {
    const { maxHoles = MAX_HOLES } = options;
    let bounds = new Float64Array(64);
    let count = 0;
    for await (const { offset, length, kind } of mergeExtents(disk.extents(options))) {
      if (kind !== "hole") {
        continue;
      }
      if (count === maxHoles) {
        throw new DiskError("disk.limit", `The disk that lies on top has more than ${maxHoles} holes, at ${offset} one more.`, {
          remedy: "Merge it with the disk beneath using the program that made it.",
        });
      }
      if (bounds.length < 2 * count + 2) {
        const longer = new Float64Array(2 * bounds.length);
        longer.set(bounds);
        bounds = longer;
      }
      bounds.set([offset, offset + length], 2 * count);
      count += 1;
    }
    return new HoleList(bounds, count);
  }

  /** Cuts a range where holes begin and end. */
  *split(offset: number, length: number): Generator<Stretch> {
    const end = offset + length;
    let at = offset;
    for (let index = this.#firstEndingBehind(offset); index < this.#count && at < end; index += 1) {
      const holeStart = Math.max(this.#bounds[2 * index] ?? end, at);
      const holeEnd = Math.min(this.#bounds[2 * index + 1] ?? end, end);
      if (holeStart >= end) {
        break;
      }
      if (holeStart > at) {
        yield { offset: at, length: holeStart - at, isHole: false };
      }
      yield { offset: holeStart, length: holeEnd - holeStart, isHole: true };
      at = holeEnd;
    }
    if (at < end) {
      yield { offset: at, length: end - at, isHole: false };
    }
  }

  #firstEndingBehind(offset: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#bounds[2 * middle + 1] ?? 0) > offset) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
