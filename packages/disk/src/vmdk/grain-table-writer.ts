import { SECTOR_BYTES } from "../core/sector.ts";
import { TABLE_ENTRIES, TABLE_SECTORS } from "./write-sparse-header.ts";

/** Tables that are made and sent together: those of 1 GiB of disk. */
const TABLES_PER_CHUNK = 32;
const ENTRIES_PER_CHUNK = TABLES_PER_CHUNK * TABLE_ENTRIES;

/** Grain tables that are finished. */
export interface TableChunk {
  /** Number of the first one. */
  readonly firstTable: number;
  readonly bytes: Buffer;
}

/**
 * Builds grain tables from grains that come in ascending order. Tables without a grain are not made: they are zeros.
 *
 * Memory  64 KiB, and the chunks that were not taken
 */
export class GrainTableWriter {
  readonly #tables: number;
  readonly #finished: TableChunk[] = [];
  #open: { readonly chunk: number; readonly bytes: Buffer } | undefined;

  /** `tables` is how many the disk has in all. */
  constructor(tables: number) {
    this.#tables = tables;
  }

  put(grain: number, sector: number): void {
    const chunk = Math.floor(grain / ENTRIES_PER_CHUNK);
    if (this.#open?.chunk !== chunk) {
      this.#close();
    }
    this.#open ??= { chunk, bytes: Buffer.alloc(this.#tablesOf(chunk) * TABLE_SECTORS * SECTOR_BYTES) };
    this.#open.bytes.writeUInt32LE(sector, (grain % ENTRIES_PER_CHUNK) * 4);
  }

  /** Answers the chunks finished since the last call. */
  takeFinished(): TableChunk[] {
    return this.#finished.splice(0);
  }

  /** Answers all chunks that are left. */
  finish(): TableChunk[] {
    this.#close();
    return this.takeFinished();
  }

  #tablesOf(chunk: number): number {
    return Math.min(TABLES_PER_CHUNK, this.#tables - chunk * TABLES_PER_CHUNK);
  }

  #close(): void {
    if (this.#open !== undefined) {
      this.#finished.push({ firstTable: this.#open.chunk * TABLES_PER_CHUNK, bytes: this.#open.bytes });
      this.#open = undefined;
    }
  }
}
