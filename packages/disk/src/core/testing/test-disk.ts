import type { Extent, ExtentKind, ReadOptions } from "../byte-source.ts";
import { checkRange } from "../check-range.ts";
import type { VirtualDisk } from "../virtual-disk.ts";
import { SeededRandom } from "./seeded-random.ts";

/** What a run of a test disk reads as: bytes without a pattern, bytes that compress, or zeros. */
export type TestContent = "noise" | "text" | "zeros";

/** A run of data, or of something that the map calls otherwise and that reads as zeros. */
export interface TestRun {
  readonly offset: number;
  readonly length: number;
  readonly content: TestContent;
  /** What the map says of it. Default: data. */
  readonly kind?: ExtentKind;
}

const random = new SeededRandom(20_261_122);
/** Lengths are prime, so that no two clusters of a disk are alike. */
const tiles: Readonly<Record<Exclude<TestContent, "zeros">, Buffer>> = {
  noise: random.bytes(1_000_003),
  text: Buffer.from(Array.from({ length: 6_553 }, () => `line ${random.below(1000)}\n`).join("")).subarray(0, 50_021),
};

/**
 * A disk of any size that takes no space: what it holds follows from the position. Gaps between its runs are holes.
 *
 * Shape   runs ascend and do not overlap
 */
export class TestDisk implements VirtualDisk {
  readonly format = "raw";
  readonly sectorSizeBytes = 512;
  readonly warnings = [];
  readonly details = {};
  readonly virtualSizeBytes: number;
  readonly runs: readonly TestRun[];
  /** Reads that have begun and not ended. */
  readsUnderWay = 0;

  constructor(virtualSizeBytes: number, runs: readonly TestRun[]) {
    this.virtualSizeBytes = virtualSizeBytes;
    this.runs = runs;
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let end = 0;
    for (const { offset, length, kind = "data" } of this.runs) {
      options?.signal?.throwIfAborted();
      if (offset > end) {
        yield { offset: end, length: offset - end, kind: "hole" };
      }
      yield { offset, length, kind };
      end = offset + length;
    }
    if (end < this.virtualSizeBytes) {
      yield { offset: end, length: this.virtualSizeBytes - end, kind: "hole" };
    }
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.virtualSizeBytes);
    options?.signal?.throwIfAborted();
    this.readsUnderWay += 1;
    // A real disk answers later, too.
    await new Promise(setImmediate);
    this.readsUnderWay -= 1;
    const bytes = Buffer.alloc(length);
    for (const run of this.runs) {
      const [from, to] = [Math.max(run.offset, offset), Math.min(run.offset + run.length, offset + length)];
      if (from < to && run.content !== "zeros") {
        fillFromTile(bytes.subarray(from - offset, to - offset), tiles[run.content], from);
      }
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }
}

function fillFromTile(target: Buffer, tile: Buffer, position: number): void {
  for (let at = 0; at < target.length;) {
    at += tile.copy(target, at, (position + at) % tile.length);
  }
}
