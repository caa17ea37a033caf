import { randomInt } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

/** The backends' only source of time and of chance, so that tests need neither a clock nor patience. */
export interface Timers {
  /** Milliseconds since 1970. */
  now(): number;
  /** Settles after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
  /** An evenly spread number in [0, 1). */
  chance(): number;
}

const steps = 2 ** 32;

/** Time as the machine has it. */
export const systemTimers: Timers = {
  now: () => new Date().getTime(),
  delay: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    });
  },
  chance: () => randomInt(steps) / steps,
};
