import { DiskError } from "../core/disk-error.ts";
import type { Timers } from "../core/timers.ts";

/** A failure that may be over the next time: the server is busy, the connection broke. */
export class TransientError extends DiskError {}

/** How often something is tried, and when again: after `firstDelayMs`, then twice that each time, up to `maxDelayMs`. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * Does something until it succeeds, fails for good, or the attempts are used up.
 *
 * Throws  what the last attempt threw; the signal's reason
 */
export async function retrying<T>(
  work: () => Promise<T>,
  { policy, timers, signal }: { readonly policy: RetryPolicy; readonly timers: Timers; readonly signal: AbortSignal },
): Promise<T> {
  let delayMs = policy.firstDelayMs;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= policy.attempts) {
        throw error;
      }
    }
    await timers.sleep(delayMs, signal);
    delayMs = Math.min(delayMs * 2, policy.maxDelayMs);
  }
}
