import { setTimeout as wait } from "node:timers/promises";

/** The client's only source of time, so that tests need neither a clock nor patience. */
export interface Timers {
  now(): Date;
  /** Settles after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Time as the machine has it. */
export const systemTimers: Timers = {
  now: () => new Date(),
  delay: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch((error: unknown) => {
      throw signal?.aborted === true ? signal.reason : error;
    });
  },
};
