const firstDelayMs = 1000;
const longestDelayMs = 60_000;

/** How long to wait after the `failures`-th failure in a row (from 1), in milliseconds: 1 s, doubled each time, at most 60 s. */
export function backoffMs(failures: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 16));
}
