import type { Timers } from "./timers.ts";

/** How often something is tried, and when again: see `retrying`. */
export interface RetryPolicy {
  /** Tries in all. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Six tries within about 6 s on average: enough for a server that restarts or sheds load, short enough for a user who waits. */
export const defaultRetryPolicy: RetryPolicy = { attempts: 6, firstDelayMs: 200, maxDelayMs: 10_000 };

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  /** Tells whether trying again is safe and can help; `attempt` counts from 1. */
  readonly isTransient: (error: unknown, attempt: number) => boolean;
}

/**
 * Does something until it succeeds, fails for good, or the attempts are used up. The pauses are drawn evenly between nothing and
 * a ceiling of `firstDelayMs`, then twice that each time, up to `maxDelayMs`: so that many who failed together do not come back together.
 *
 * Throws  what the last attempt threw; the signal's reason
 * Source  AWS Architecture Blog, "Exponential Backoff And Jitter" ("full jitter")
 */
export async function retrying<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, timers, signal } = options;
  let ceilingMs = policy.firstDelayMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= policy.attempts || !options.isTransient(error, attempt)) {
        throw error;
      }
    }
    await timers.delay(Math.round(timers.chance() * ceilingMs), signal);
    ceilingMs = Math.min(ceilingMs * 2, policy.maxDelayMs);
  }
}
