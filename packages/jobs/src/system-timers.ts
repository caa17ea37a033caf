import { setTimeout as delay } from "node:timers/promises";
import type { Timers } from "./timers.ts";

/** Timers of the machine. The one place of this package that waits for real. */
export const systemTimers: Timers = {
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node wraps the reason in an error of its own; the port promises the reason itself.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
