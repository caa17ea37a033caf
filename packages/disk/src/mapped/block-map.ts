import type { ReadOptions } from "../core/byte-source.ts";
import type { ClusterRun } from "./run-list.ts";

/** A stretch of the guest's disk. Units: bytes. */
export interface GuestRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the guest's bytes are, in a container that keeps them as they are.
 *
 * Shape   batches of runs, ascending, no gaps, cut to the range; no run is compressed. `hole` means "look beneath" where there is a parent
 */
export interface BlockMap {
  /** Exactly what reads as what. */
  runs(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]>;
  /** As `runs`, but may take bytes that read as zeros for data, where that saves reading the file. */
  coarseRuns(range: GuestRange, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]>;
}
