import { setTimeout as wait } from "node:timers/promises";
import type { Timers } from "./timers.ts";

/** Time as the machine has it: the one place of this package that asks for it and waits for real. */
export const systemTimers: Timers = {
  // oxlint-disable-next-line no-restricted-properties -- this is the clock that everything else is given
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an error of its own; the port promises the reason itself.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
