import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import type { ClusterRun } from "../mapped/run-list.ts";
import type { BlockMap, GuestRange } from "../mapped/block-map.ts";

/**
 * The map of a disk that lies in its file from the first byte on. Holes are those of the file, where it knows them.
 *
 * Memory  one run
 * Throws  what the source throws
 */
export class FixedMap implements BlockMap {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async *runs({ from, to }: GuestRange): AsyncGenerator<readonly ClusterRun[]> {
    yield [runOf({ offset: from, length: to - from, kind: "data" })];
  }

  async *coarseRuns(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    if (this.#source.extents === undefined) {
      yield* this.runs(range);
      return;
    }
    for await (const extent of this.#source.extents(options)) {
      const offset = Math.max(extent.offset, range.from);
      const end = Math.min(extent.offset + extent.length, range.to);
      if (offset < end) {
        yield [runOf({ offset, length: end - offset, kind: extent.kind })];
      }
    }
  }
}

function runOf({ offset, length, kind }: Extent): ClusterRun {
  return { kind, offset, length, hostOffset: kind === "data" ? offset : 0, hostLength: kind === "data" ? length : 0 };
}
