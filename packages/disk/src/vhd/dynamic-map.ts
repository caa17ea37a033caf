import { setImmediate } from "node:timers/promises";
import { ByteLru } from "../core/byte-lru.ts";
import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import { RunList } from "../mapped/run-list.ts";
import type { ClusterRun } from "../mapped/run-list.ts";
import type { BlockMap, GuestRange } from "../mapped/block-map.ts";
import type { BlockTable } from "./read-block-table.ts";
import { addSectorRuns } from "./sector-bitmap.ts";
import { NOWHERE } from "./vhd-footer.ts";

/** Bitmaps held in memory: 16 GiB of disk at blocks of 2 MiB. */
const BITMAP_CACHE_BYTES = 4 * 1024 * 1024;

/** Guest bytes that are looked up at a time, which bounds the runs in memory: one for each sector at most. */
const BATCH_BYTES = 32 * 1024 * 1024;

/** Blocks in one batch when bitmaps are not looked at. */
const BLOCKS_PER_COARSE_BATCH = 8192;

/**
 * The map of a dynamic or differencing VHD. A sector counts as stored when its block is there and its bit is set: in a dynamic disk it reads
 * as zeros otherwise, in a differencing disk as the parent has it.
 *
 * Memory  the block table (at most 16 MiB), 4 MiB of bitmaps, the runs of 32 MiB of disk
 * Throws  disk.io
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Data Blocks"
 */
export class DynamicMap implements BlockMap {
  readonly #source: ByteSource;
  readonly #table: BlockTable;
  readonly #isDifferencing: boolean;
  readonly #bitmaps = new ByteLru<Uint8Array>(BITMAP_CACHE_BYTES);

  constructor(source: ByteSource, table: BlockTable, { isDifferencing }: { readonly isDifferencing: boolean }) {
    this.#source = source;
    this.#table = table;
    this.#isDifferencing = isDifferencing;
  }

  async *runs({ from, to }: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    for (let at = from; at < to;) {
      options?.signal?.throwIfAborted();
      const end = Math.min(to, (Math.floor(at / BATCH_BYTES) + 1) * BATCH_BYTES);
      yield await this.#batch({ from: at, to: end });
      at = end;
    }
  }

  /** Bitmaps of a dynamic disk are not read for this: one small read for each block would cost more than it tells. */
  async *coarseRuns(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    if (this.#isDifferencing) {
      yield* this.runs(range, options);
      return;
    }
    const span = BLOCKS_PER_COARSE_BATCH * this.#table.blockBytes;
    for (let at = range.from; at < range.to;) {
      options?.signal?.throwIfAborted();
      const end = Math.min(range.to, (Math.floor(at / span) + 1) * span);
      yield this.#wholeBlocks({ from: at, to: end });
      at = end;
      // Nothing is read here, so other work of the process would not get its turn.
      await setImmediate();
    }
  }

  #wholeBlocks({ from, to }: GuestRange): readonly ClusterRun[] {
    const { blockBytes } = this.#table;
    const first = Math.floor(from / blockBytes);
    const runs = new RunList(first * blockBytes);
    for (let block = first; block * blockBytes < to; block += 1) {
      const dataOffset = this.#dataOffset(block);
      if (dataOffset === undefined) {
        runs.addEmpty("hole", blockBytes);
      } else {
        runs.addData(blockBytes, dataOffset);
      }
    }
    return runs.take(from, to);
  }

  async #batch({ from, to }: GuestRange): Promise<readonly ClusterRun[]> {
    const { blockBytes } = this.#table;
    const first = Math.floor(from / blockBytes);
    const bitmaps = await this.#bitmapsOf(first, Math.ceil(to / blockBytes));
    const runs = new RunList(Math.floor(from / SECTOR_BYTES) * SECTOR_BYTES);
    for (const [index, bits] of bitmaps.entries()) {
      const start = (first + index) * blockBytes;
      const fromSector = Math.floor(Math.max(from - start, 0) / SECTOR_BYTES);
      const toSector = Math.ceil(Math.min(to - start, blockBytes) / SECTOR_BYTES);
      const dataOffset = this.#dataOffset(first + index);
      if (bits === undefined || dataOffset === undefined) {
        runs.addEmpty("hole", (toSector - fromSector) * SECTOR_BYTES);
      } else {
        addSectorRuns(runs, { bits, bitOrder: "highest-first", from: fromSector, to: toSector, sectorBytes: SECTOR_BYTES, dataOffset });
      }
    }
    return runs.take(from, to);
  }

  /** Bitmaps of blocks `[first, end)`, undefined for those that are not there. */
  async #bitmapsOf(first: number, end: number): Promise<readonly (Uint8Array | undefined)[]> {
    const tasks = Array.from({ length: end - first }, (_, index) => this.#bitmapOf(first + index));
    await settleAll(tasks);
    return Promise.all(tasks);
  }

  // Without the caller's signal, since others may wait for the same bitmap; into memory of its own, since the source's may be part of more.
  async #bitmapOf(block: number): Promise<Uint8Array | undefined> {
    const { bitmapBytes } = this.#table;
    const dataOffset = this.#dataOffset(block);
    if (dataOffset === undefined) {
      return undefined;
    }
    return this.#bitmaps.get(block, bitmapBytes, async () => {
      const bits = Buffer.allocUnsafeSlow(bitmapBytes);
      await fillFrom(this.#source, bits, dataOffset - bitmapBytes);
      return bits;
    });
  }

  #dataOffset(block: number): number | undefined {
    const sector = this.#table.sectors[block] ?? NOWHERE;
    return sector === NOWHERE ? undefined : sector * SECTOR_BYTES + this.#table.bitmapBytes;
  }
}
