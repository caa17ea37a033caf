import type { ReadOptions } from "../core/byte-source.ts";

/**
 * The second level of a sparse extent's map: one table for each entry of the grain directory, a sector for each grain.
 *
 * Shape   a table has `tableEntries` numbers: 0 where nothing is stored, else a sector of the file (or 1 for zeros, where that is used)
 */
export interface GrainTables {
  /** How many tables there could be. */
  readonly count: number;
  /** Whether there is a table. */
  has(index: number): boolean;
  /** The entries of a table that there is; not to be changed. */
  get(index: number, options?: ReadOptions): Promise<Uint32Array>;
}
