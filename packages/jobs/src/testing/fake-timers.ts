import { setImmediate } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Timers } from "../timers.ts";

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it, and the sleepers that wait for it. */
export class FakeTimers implements Timers, Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { wakesAt: this.#now + ms, wake: resolve };
    const onAbort = () => reject(signal?.reason);
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Milliseconds that each sleeper still has to wait, shortest first. */
  get pending(): readonly number[] {
    return [...this.#sleepers].map(({ wakesAt }) => wakesAt - this.#now).sort((a, b) => a - b);
  }

  /** Lets everything run that does not wait for time. */
  async settle(): Promise<void> {
    await setImmediate();
  }

  /** Moves the clock, waking every sleeper at its own instant, and lets what they do run. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const end = this.#now + ms;
    for (let next = this.pending[0]; next !== undefined && this.#now + next <= end; next = this.pending[0]) {
      this.#now += next;
      for (const sleeper of this.#sleepers) {
        if (sleeper.wakesAt <= this.#now) {
          sleeper.wake();
        }
      }
      await this.settle();
    }
    this.#now = end;
  }

  /** Moves the clock from sleeper to sleeper until `work` is settled. Throws when it waits for something else than time. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    const state = { isSettled: false };
    const settled = () => {
      state.isSettled = true;
    };
    work.then(settled, settled);
    await this.settle();
    while (!state.isSettled) {
      const next = this.pending[0];
      if (next === undefined) {
        throw new Error("Nothing sleeps and nothing moves: the work waits for something that never comes");
      }
      await this.advance(next);
    }
    return await work;
  }
}
