import type { Timers } from "../timing/timers.ts";

/** Time for tests: waiting takes none and only moves the clock; chance is always a half. */
export class InstantTimers implements Timers {
  /** What was waited for. */
  readonly delays: number[] = [];
  #nowMs: number;

  constructor(nowMs: number = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  async delay(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.delays.push(ms);
    this.#nowMs += ms;
  }

  chance(): number {
    return 0.5;
  }
}
