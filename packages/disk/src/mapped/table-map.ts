import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { fillFrom } from "../core/fill-from.ts";
import { RunList } from "./run-list.ts";
import type { ClusterRun } from "./run-list.ts";
import type { BlockMap, GuestRange } from "./block-map.ts";

/** Bytes of a table that are read and decoded at a time: a table may be far larger than what a read needs of it. */
const PAGE_BYTES = 64 * 1024;

/** Pages held in memory: 64 GiB of disk in clusters of 64 KiB, 2 TiB in blocks of 1 MiB. */
const PAGE_CACHE_BYTES = 8 * 1024 * 1024;

/** Consecutive entries of one table. */
export interface EntryPage {
  readonly view: DataView;
  /** The entries wanted, counted from the page's first one. */
  readonly from: number;
  readonly to: number;
  /** Number of the guest's cluster that the page's first entry is for. */
  readonly firstCluster: number;
  /** Place of the page in the file, for messages. */
  readonly fileOffset: number;
}

/** How a format maps the guest's clusters: tables of equal length, each for the clusters behind those of the one before. */
export interface TableShape {
  readonly clusterSize: number;
  readonly entriesPerTable: number;
  readonly entryBytes: 4 | 8 | 16;
  /** Adds one cluster, in one run or several, for each entry of `[from, to)` to the runs, and refuses entries that cannot be. Throws DiskError. */
  decode(page: EntryPage, runs: RunList): void;
}

/**
 * Answers where the guest's bytes are, from tables that are read in pages when needed.
 *
 * Memory  8 MiB of pages, one more for each read under way, and 8 bytes a table
 */
export class TableMap implements BlockMap {
  readonly #source: ByteSource;
  readonly #tables: Float64Array;
  readonly #shape: TableShape;
  readonly #pages = new ByteLru<DataView>(PAGE_CACHE_BYTES);

  /** `tables` are their places in the file, 0 where there is none; they lie inside the file and do not overlap. */
  constructor(source: ByteSource, tables: Float64Array, shape: TableShape) {
    this.#source = source;
    this.#tables = tables;
    this.#shape = shape;
  }

  /**
   * Lists the runs of a range in batches.
   *
   * Shape   ascending, no gaps; runs are merged inside a batch, not across batches; compressed where the decoder says so
   * Memory  the runs of one page: 16,384 at most, 131,072 with subclusters
   * Throws  as `decode`; disk.io
   */
  async *runs({ from, to }: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    const { clusterSize, entriesPerTable, entryBytes } = this.#shape;
    const tableSpan = entriesPerTable * clusterSize;
    const pageSpan = (PAGE_BYTES / entryBytes) * clusterSize;
    for (let at = from; at < to;) {
      options?.signal?.throwIfAborted();
      const table = Math.floor(at / tableSpan);
      const inTable = at - table * tableSpan;
      const isMapped = this.#tables[table] !== 0;
      const end = isMapped
        ? Math.min(to, (table + 1) * tableSpan, at - (inTable % pageSpan) + pageSpan)
        : Math.min(to, this.#nextTable(table) * tableSpan);
      yield isMapped
        ? await this.#runsOfPage({ table, page: Math.floor(inTable / pageSpan) }, { from: at, to: end })
        : [{ kind: "hole", offset: at, length: end - at, hostOffset: 0, hostLength: 0 }];
      at = end;
    }
  }

  /** The tables say everything there is to know, so this is the same. */
  coarseRuns(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    return this.runs(range, options);
  }

  /** Number of the next table that there is, or of all tables. */
  #nextTable(table: number): number {
    let next = table + 1;
    while (next < this.#tables.length && this.#tables[next] === 0) {
      next += 1;
    }
    return next;
  }

  async #runsOfPage(place: { table: number; page: number }, { from, to }: GuestRange): Promise<readonly ClusterRun[]> {
    const { clusterSize, entriesPerTable, entryBytes } = this.#shape;
    const firstEntry = place.page * (PAGE_BYTES / entryBytes);
    const fileOffset = (this.#tables[place.table] ?? 0) + firstEntry * entryBytes;
    const pageBytes = Math.min(PAGE_BYTES, (entriesPerTable - firstEntry) * entryBytes);
    const view = await this.#pages.get(fileOffset, pageBytes, () => this.#readPage(fileOffset, pageBytes));
    const firstCluster = place.table * entriesPerTable + firstEntry;
    const first = Math.floor(from / clusterSize);
    const runs = new RunList(first * clusterSize);
    const range = { from: first - firstCluster, to: Math.ceil(to / clusterSize) - firstCluster };
    this.#shape.decode({ view, ...range, firstCluster, fileOffset }, runs);
    return runs.take(from, to);
  }

  // Without the caller's signal, since others may wait for the same page; into memory of its own, since the source's may be part of more.
  async #readPage(fileOffset: number, pageBytes: number): Promise<DataView> {
    const page = Buffer.allocUnsafeSlow(pageBytes);
    await fillFrom(this.#source, page, fileOffset);
    return new DataView(page.buffer);
  }
}
