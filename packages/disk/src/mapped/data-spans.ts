import type { ClusterRun } from "./run-list.ts";

/** Bytes without meaning that are read too when that saves a read. */
const MAX_GAP_BYTES = 64 * 1024;

/** A stretch of the file that is read at once. Units: bytes; `offset` in the guest's disk, `hostOffset` in the file. */
export interface DataSpan {
  readonly offset: number;
  length: number;
  readonly hostOffset: number;
}

/**
 * Joins stored runs that are apart in the disk by exactly what they are apart in the file, when the gap is small: a block of which every other
 * sector is stored is one read, not thousands. What lies in the gaps is to be overwritten afterwards.
 *
 * Shape   `runs` ascend without gaps
 */
export function dataSpans(runs: readonly ClusterRun[]): readonly DataSpan[] {
  const spans: DataSpan[] = [];
  for (const { kind, offset, length, hostOffset } of runs) {
    const last = spans.at(-1);
    if (kind !== "data") {
      continue;
    }
    const joins = last !== undefined && hostOffset - last.hostOffset === offset - last.offset;
    if (joins && offset - (last.offset + last.length) <= MAX_GAP_BYTES) {
      last.length = offset + length - last.offset;
    } else {
      spans.push({ offset, length, hostOffset });
    }
  }
  return spans;
}
