import type { Timers } from "../timers.ts";

/**
 * Time for tests: waiting takes none, and only moves the clock. Sleeps of at least `neverMs` last until they are aborted:
 * they are limits that a test does not want to reach.
 */
export class InstantTimers implements Timers {
  readonly sleeps: number[] = [];
  readonly #neverMs: number;
  #now = Date.UTC(2026, 0, 2, 3, 4, 5);

  constructor(neverMs = Number.POSITIVE_INFINITY) {
    this.#neverMs = neverMs;
  }

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (ms >= this.#neverMs) {
      await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true }));
    }
    this.sleeps.push(ms);
    this.#now += ms;
    await new Promise(setImmediate);
    signal?.throwIfAborted();
  }
}
