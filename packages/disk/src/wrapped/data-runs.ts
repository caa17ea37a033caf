import { isZero } from "../core/is-zero.ts";

/** A stretch that has data, from its first byte to behind its last. */
export interface DataRun {
  readonly start: number;
  readonly end: number;
}

/** What is looked at as one: smaller holes are not worth a run. */
const CELL_BYTES = 64 * 1024;

const MAX_RUNS = 65_536;

/**
 * Notes which parts of a stream are zeros, while it passes. When there are too many runs, those with the smallest gaps are joined, so that the
 * map becomes coarser and never wrong.
 *
 * Units   bytes
 * Memory  65,536 runs, about 3 MiB
 */
export class DataRuns {
  #runs: DataRun[] = [];
  #minGapBytes = CELL_BYTES;
  #length = 0;
  #cellHasData = false;

  /** Bytes that have passed. */
  get lengthBytes(): number {
    return this.#length;
  }

  /** Takes in the next bytes. */
  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = CELL_BYTES - (this.#length % CELL_BYTES);
      const part = bytes.subarray(at, at + room);
      this.#cellHasData ||= !isZero(part);
      this.#length += part.length;
      at += part.length;
      if (part.length === room) {
        this.#endCell();
      }
    }
  }

  /** Answers the runs when the stream has ended, in ascending order. */
  finish(): readonly DataRun[] {
    this.#endCell();
    return this.#runs;
  }

  #endCell(): void {
    if (this.#cellHasData) {
      const start = Math.floor((this.#length - 1) / CELL_BYTES) * CELL_BYTES;
      append(this.#runs, { start, end: this.#length }, this.#minGapBytes);
      if (this.#runs.length > MAX_RUNS) {
        this.#coarsen();
      }
    }
    this.#cellHasData = false;
  }

  #coarsen(): void {
    while (this.#runs.length > MAX_RUNS / 2) {
      this.#minGapBytes *= 2;
      const joined: DataRun[] = [];
      for (const run of this.#runs) {
        append(joined, run, this.#minGapBytes);
      }
      this.#runs = joined;
    }
  }
}

/** Appends a run, or joins it to the last one when the gap between them is too small. */
function append(runs: DataRun[], run: DataRun, minGapBytes: number): void {
  const last = runs.at(-1);
  if (last !== undefined && run.start - last.end < minGapBytes) {
    runs[runs.length - 1] = { start: last.start, end: run.end };
  } else {
    runs.push(run);
  }
}
