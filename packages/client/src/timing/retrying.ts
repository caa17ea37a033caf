import type { Timers } from "./timers.ts";

/** How often to try, and how long to wait in between: `firstDelayMs`, then twice that each time, up to `maxDelayMs`. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly timers: Timers;
  readonly signal?: AbortSignal | undefined;
  /** Tells whether trying again can help. */
  readonly isTransient: (error: unknown) => boolean;
  /** Told before each wait, so that people see why nothing moves. */
  readonly onRetry?: ((error: unknown) => void) | undefined;
}

/**
 * Does something until it succeeds, fails for good, or the attempts are used up; then throws what the last attempt threw.
 */
export async function retrying<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, timers, signal } = options;
  let delayMs = policy.firstDelayMs;
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (attempt >= policy.attempts || signal?.aborted === true || !options.isTransient(error)) {
        throw error;
      }
      options.onRetry?.(error);
    }
    await timers.delay(delayMs, signal);
    delayMs = Math.min(delayMs * 2, policy.maxDelayMs);
  }
}
