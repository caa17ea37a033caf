import type { Piece } from "../core/disk-writer.ts";
import type { Qcow2Layout } from "./plan-layout.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { writeU64 } from "./write-u64.ts";

/** Bit 63: the cluster is referenced once, so that it may be written in place. */
const COPIED_HIGH = 0x8000_0000;
/** Bit 62 of an L2 entry: the cluster is compressed. */
const COMPRESSED_HIGH = 0x4000_0000;

/** Tables that lie side by side are sent together, at least this many bytes at a time. */
const BATCH_BYTES = 256 * 1024;

/**
 * Builds L1 and L2 tables from guest clusters that come in ascending order. A table is finished, and may be sent, as soon as the clusters
 * are behind it.
 *
 * Memory  the L1 table (1 MiB for 64 TiB at 64 KiB clusters, at most 32 MiB), and 256 KiB or one L2 table
 * Throws  disk.io from `put`, when the disk has data in more places than it had while planning
 * Source  QEMU docs/interop/qcow2, "Cluster mapping"
 */
export class L2TableWriter {
  /** The whole L1 table in whole clusters; complete when the last cluster was put. */
  readonly l1: Uint8Array;
  readonly #layout: Qcow2Layout;
  readonly #l1View: DataView;
  readonly #tablesPerBatch: number;
  readonly #finished: Piece[] = [];
  #batch: DataView | undefined;
  #table = -1;
  #tables = 0;

  constructor(layout: Qcow2Layout) {
    this.#layout = layout;
    this.l1 = new Uint8Array((layout.l2At - layout.l1At) * layout.clusterSize);
    this.#l1View = new DataView(this.l1.buffer);
    this.#tablesPerBatch = Math.max(BATCH_BYTES / layout.clusterSize, 1);
  }

  /** L2 tables that are in use. */
  get tables(): number {
    return this.#tables;
  }

  /** Maps a guest cluster to a cluster of the file. */
  putPlain(guestCluster: number, fileCluster: number): void {
    const { view, at } = this.#entryOf(guestCluster);
    writeU64(view, at, fileCluster * this.#layout.clusterSize, COPIED_HIGH);
  }

  /** Maps a guest cluster to compressed bytes: from which byte of the file, and how many. */
  putCompressed(guestCluster: number, offsetBytes: number, lengthBytes: number): void {
    const { view, at } = this.#entryOf(guestCluster);
    const furtherSectors = Math.floor(((offsetBytes % 512) + lengthBytes - 1) / 512);
    // The count of sectors begins at bit 62 - (cluster_bits - 8), which always lies in the upper half.
    const sectorsShift = 62 - (this.#layout.clusterBits - 8) - 32;
    writeU64(view, at, offsetBytes, COMPRESSED_HIGH | (furtherSectors << sectorsShift));
  }

  /** Answers the tables finished since the last call. */
  takeFinished(): Piece[] {
    return this.#finished.splice(0);
  }

  /** Answers all tables that are left. */
  finish(): Piece[] {
    this.#sendBatch();
    return this.takeFinished();
  }

  #entryOf(guestCluster: number): { view: DataView; at: number } {
    const { clusterSize } = this.#layout;
    const entriesPerTable = clusterSize / 8;
    const table = Math.floor(guestCluster / entriesPerTable);
    if (table !== this.#table) {
      this.#startTable(table);
    }
    const view = this.#batch ?? this.#startBatch();
    const slot = (this.#tables - 1) % this.#tablesPerBatch;
    return { view, at: slot * clusterSize + (guestCluster % entriesPerTable) * 8 };
  }

  #startTable(table: number): void {
    if (this.#tables === this.#layout.l2Tables) {
      throw sourceChanged();
    }
    if (this.#tables % this.#tablesPerBatch === 0) {
      this.#sendBatch();
    }
    this.#table = table;
    writeU64(this.#l1View, table * 8, (this.#layout.l2At + this.#tables) * this.#layout.clusterSize, COPIED_HIGH);
    this.#tables += 1;
  }

  #startBatch(): DataView {
    this.#batch = new DataView(new ArrayBuffer(this.#tablesPerBatch * this.#layout.clusterSize));
    return this.#batch;
  }

  #sendBatch(): void {
    if (this.#batch === undefined) {
      return;
    }
    const { clusterSize, l2At } = this.#layout;
    const tables = ((this.#tables - 1) % this.#tablesPerBatch) + 1;
    const bytes = new Uint8Array(this.#batch.buffer, 0, tables * clusterSize);
    this.#finished.push({ offset: (l2At + this.#tables - tables) * clusterSize, bytes });
    this.#batch = undefined;
  }
}
