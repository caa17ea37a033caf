import type { Piece } from "../core/disk-writer.ts";

/** Shape of tables of 64-bit places in the file, without flags. */
export interface TwoLevelShape {
  readonly l1Bytes: number;
  /** Length of each second-level table. */
  readonly tableBytes: number;
  readonly order: "be" | "le";
  /** Answers the place for the next second-level table. */
  placeTable(): number;
}

/**
 * Builds a first-level table and second-level tables from guest clusters that come in ascending order. A table is finished, and may be sent,
 * as soon as the clusters are behind it.
 *
 * Memory  the first-level table and two second-level tables
 */
export class TwoLevelTables {
  /** The first-level table; complete when the last cluster was put. */
  readonly l1: Buffer;
  readonly #shape: TwoLevelShape;
  readonly #entriesPerTable: number;
  readonly #finished: Piece[] = [];
  #open: { readonly table: number; readonly offset: number; readonly bytes: Buffer } | undefined;

  constructor(shape: TwoLevelShape) {
    this.#shape = shape;
    this.#entriesPerTable = shape.tableBytes / 8;
    this.l1 = Buffer.alloc(shape.l1Bytes);
  }

  /** Maps a guest cluster to the place that `placeCluster` answers, which is asked when the cluster's table has its own; answers that place. */
  put(guestCluster: number, placeCluster: () => number): number {
    const table = Math.floor(guestCluster / this.#entriesPerTable);
    const { bytes } = this.#open?.table === table ? this.#open : this.#start(table);
    const offset = placeCluster();
    this.#write(bytes, guestCluster % this.#entriesPerTable, offset);
    return offset;
  }

  /** Answers the tables finished since the last call. */
  takeFinished(): Piece[] {
    return this.#finished.splice(0);
  }

  /** Answers all tables that are left. */
  finish(): Piece[] {
    this.#close();
    return this.takeFinished();
  }

  #start(table: number): { readonly bytes: Buffer } {
    this.#close();
    const offset = this.#shape.placeTable();
    this.#write(this.l1, table, offset);
    this.#open = { table, offset, bytes: Buffer.alloc(this.#shape.tableBytes) };
    return this.#open;
  }

  #close(): void {
    if (this.#open !== undefined) {
      this.#finished.push({ offset: this.#open.offset, bytes: this.#open.bytes });
      this.#open = undefined;
    }
  }

  #write(table: Buffer, entry: number, value: number): void {
    const [high, low] = [Math.floor(value / 0x1_0000_0000), value % 0x1_0000_0000];
    if (this.#shape.order === "be") {
      table.writeUInt32BE(high, entry * 8);
      table.writeUInt32BE(low, entry * 8 + 4);
    } else {
      table.writeUInt32LE(low, entry * 8);
      table.writeUInt32LE(high, entry * 8 + 4);
    }
  }
}
