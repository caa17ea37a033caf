import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { fillFrom } from "../core/fill-from.ts";
import { decodeL2 } from "./decode-l2.ts";
import type { Qcow2Header } from "./qcow2-header.ts";
import { readL1Table } from "./read-l1-table.ts";
import { RunList } from "./run-list.ts";
import type { ClusterRun } from "./run-list.ts";

/** L2 tables held in memory: 64 GiB of disk at 64 KiB clusters, or four tables of 2 MiB. */
const L2_CACHE_BYTES = 8 * 1024 * 1024;

/** Entries decoded at a time, which bounds the runs in memory whatever a table holds. */
const ENTRIES_PER_BATCH = 4096;

/**
 * Answers where the guest's bytes are, through the L1 table in memory and L2 tables read when needed.
 *
 * Memory  the L1 table (at most 32 MiB, 160 KiB for a 10 TiB disk at 64 KiB clusters) and 8 MiB of L2 tables
 */
export class ClusterMap {
  readonly #source: ByteSource;
  readonly #header: Qcow2Header;
  readonly #l1: Float64Array;
  readonly #tables = new ByteLru<DataView>(L2_CACHE_BYTES);

  private constructor(source: ByteSource, header: Qcow2Header, l1: Float64Array) {
    this.#source = source;
    this.#header = header;
    this.#l1 = l1;
  }

  /** Reads and checks the L1 table. Throws as `readL1Table`. */
  static async load(source: ByteSource, header: Qcow2Header, options?: ReadOptions): Promise<ClusterMap> {
    return new ClusterMap(source, header, await readL1Table(source, header, options));
  }

  /**
   * Lists the runs of `[from, to)` in batches.
   *
   * Shape   ascending, no gaps; runs are merged inside a batch, not across batches
   * Memory  the runs of 4,096 entries: one each at most, 32 each with subclusters
   * Throws  as `decodeL2`; disk.io
   */
  async *runs(from: number, to: number, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    const { clusterSize, l2EntryBytes } = this.#header;
    const tableSpan = (clusterSize / l2EntryBytes) * clusterSize;
    const batchSpan = ENTRIES_PER_BATCH * clusterSize;
    let at = from;
    while (at < to) {
      options?.signal?.throwIfAborted();
      const index = Math.floor(at / tableSpan);
      const tableOffset = this.#l1[index] ?? 0;
      if (tableOffset === 0) {
        const end = Math.min(to, this.#nextTable(index) * tableSpan);
        yield [{ kind: "hole", offset: at, length: end - at, hostOffset: 0, hostLength: 0 }];
        at = end;
      } else {
        const end = Math.min(to, (index + 1) * tableSpan, (Math.floor(at / batchSpan) + 1) * batchSpan);
        yield await this.#runsOfTable(tableOffset, { from: at, to: end, tableStart: index * tableSpan });
        at = end;
      }
    }
  }

  /** Index of the next L1 entry that has a table, or the number of entries. */
  #nextTable(index: number): number {
    let next = index + 1;
    while (next < this.#l1.length && this.#l1[next] === 0) {
      next += 1;
    }
    return next;
  }

  async #runsOfTable(tableOffset: number, range: { from: number; to: number; tableStart: number }): Promise<readonly ClusterRun[]> {
    const { clusterSize } = this.#header;
    const table = await this.#tables.get(tableOffset, clusterSize, () => this.#readTable(tableOffset));
    const first = Math.floor((range.from - range.tableStart) / clusterSize);
    const end = Math.ceil((range.to - range.tableStart) / clusterSize);
    const runs = new RunList(range.tableStart + first * clusterSize);
    decodeL2(table, { from: first, to: end }, { header: this.#header, fileBytes: this.#source.lengthBytes, tableOffset }, runs);
    return runs.take(range.from, range.to);
  }

  // Without the caller's signal, since others may wait for the same table; into memory of its own, since the source's may be part of more.
  async #readTable(tableOffset: number): Promise<DataView> {
    const table = Buffer.allocUnsafeSlow(this.#header.clusterSize);
    await fillFrom(this.#source, table, tableOffset);
    return new DataView(table.buffer);
  }
}
