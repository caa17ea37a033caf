import type { Timers } from "./timers.ts";

/** Lets `ms` milliseconds pass. Answers false when the signal ended the pause early. */
export async function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await timers.sleep(ms, signal);
    return true;
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
    return false;
  }
}
