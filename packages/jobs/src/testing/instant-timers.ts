import { setImmediate } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Timers } from "../timers.ts";

/** Timers and clock for tests of real work: every sleep ends at once, and only the clock believes that it lasted. */
export function instantTimers(): Timers & Clock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      now += ms;
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}
