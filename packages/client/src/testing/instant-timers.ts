import type { Timers } from "../timing/timers.ts";

/** Time for tests: waiting takes none, and only moves the clock. */
export class InstantTimers implements Timers {
  readonly delays: number[] = [];
  #nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);

  now(): Date {
    return new Date(this.#nowMs);
  }

  delay(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.delays.push(ms);
    this.pass(ms);
    return Promise.resolve();
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}
