import { pairExtents } from "../compare/pair-extents.ts";
import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { fillFrom } from "../core/fill-from.ts";
import { Limiter } from "../core/limiter.ts";
import { mergeExtents } from "../core/merge-extents.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { ClusterRun } from "./run-list.ts";
import type { BlockMap } from "./block-map.ts";
import { dataSpans } from "./data-spans.ts";

/** Reads of the source in flight for one disk: as many as the thread pool has threads. */
const MAX_FETCHES = 4;

/** Everything a disk of blocks is made of. */
export interface BlockDiskParts {
  readonly format: VirtualDisk["format"];
  readonly virtualSizeBytes: number;
  readonly sectorSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly source: ByteSource;
  readonly map: BlockMap;
  /** Answers what this disk does not hold. */
  readonly parent: VirtualDisk | undefined;
  /** What is closed with the disk: the source and the parent. */
  readonly owned: AsyncDisposable;
}

/**
 * The guest's view of a file of blocks that lie in it as they are, perhaps over a parent: VHD, VHDX, VDI, QED.
 *
 * Memory  the map; besides what a read returns, nothing
 */
export class BlockDisk implements VirtualDisk {
  readonly format: VirtualDisk["format"];
  readonly virtualSizeBytes: number;
  readonly sectorSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #map: BlockMap;
  readonly #parent: VirtualDisk | undefined;
  readonly #owned: AsyncDisposable;
  readonly #fetches = new Limiter(MAX_FETCHES);

  constructor(parts: BlockDiskParts) {
    this.format = parts.format;
    this.virtualSizeBytes = parts.virtualSizeBytes;
    this.sectorSizeBytes = parts.sectorSizeBytes;
    this.warnings = parts.warnings;
    this.details = parts.details;
    this.#source = parts.source;
    this.#map = parts.map;
    this.#parent = parts.parent;
    this.#owned = parts.owned;
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return mergeExtents(this.#parent === undefined ? this.#ownExtents(options) : this.#layeredExtents(this.#parent, options));
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    for await (const runs of this.#map.runs({ from: offset, to: offset + target.length }, options)) {
      await this.#fill(runs, { bytes: target, offset, options });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned[Symbol.asyncDispose]();
  }

  /** Stored stretches first, with the small gaps between them, then what belongs into the gaps. */
  async #fill(runs: readonly ClusterRun[], target: Target): Promise<void> {
    await this.#fetchAll(dataSpans(runs).map((span) => () => fillFrom(this.#source, slice(target, span), span.hostOffset, target.options)));
    const beneath: (() => Promise<void>)[] = [];
    for (const run of runs) {
      if (run.kind === "hole" && this.#parent !== undefined) {
        beneath.push(() => this.#fetchFromParent(run, target));
      } else if (run.kind !== "data") {
        slice(target, run).fill(0);
      }
    }
    await this.#fetchAll(beneath);
  }

  /** Behind the end of a parent that is smaller, there are zeros. */
  async #fetchFromParent(run: ClusterRun, target: Target): Promise<void> {
    const piece = slice(target, run);
    const there = Math.min(Math.max((this.#parent?.virtualSizeBytes ?? 0) - run.offset, 0), run.length);
    piece.fill(0, there);
    if (this.#parent !== undefined && there > 0) {
      await fillFrom(this.#parent, piece.subarray(0, there), run.offset, target.options);
    }
  }

  async #fetchAll(tasks: readonly (() => Promise<void>)[]): Promise<void> {
    await settleAll(tasks.map((task) => this.#fetches.run(task)));
  }

  async *#ownExtents(options?: ReadOptions): AsyncGenerator<Extent> {
    let storedBytes = 0;
    for await (const runs of this.#map.coarseRuns({ from: 0, to: this.virtualSizeBytes }, options)) {
      for (const run of runs) {
        storedBytes += run.hostLength;
        yield { offset: run.offset, length: run.length, kind: run.kind === "compressed" ? "data" : run.kind };
      }
      this.#refuseSharedBlocks(storedBytes);
    }
  }

  async *#layeredExtents(parent: VirtualDisk, options?: ReadOptions): AsyncGenerator<Extent> {
    const own = { virtualSizeBytes: this.virtualSizeBytes, extents: () => this.#ownExtents(options) };
    for await (const { offset, length, a, b } of pairExtents(own, parent, options)) {
      if (offset >= this.virtualSizeBytes) {
        return;
      }
      yield { offset, length, kind: a === "hole" ? b : a };
    }
  }

  /** A file cannot store more than it is long. When the table says so, many entries share a block: a bomb, or damage. */
  #refuseSharedBlocks(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes) {
      throw new DiskError(
        "disk.corrupt",
        `The block table names ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}.`,
        { remedy: "Copy or upload the file again; if it was made like this, repair or convert it where it was made." },
      );
    }
  }
}

/** Where one read goes. */
interface Target {
  readonly bytes: Uint8Array;
  /** The guest's offset of its first byte. */
  readonly offset: number;
  readonly options: ReadOptions | undefined;
}

function slice(target: Target, range: { readonly offset: number; readonly length: number }): Uint8Array {
  return target.bytes.subarray(range.offset - target.offset, range.offset - target.offset + range.length);
}
