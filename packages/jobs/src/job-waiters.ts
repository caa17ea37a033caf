import type { JobRecord } from "./job-record.ts";

/** How waiting for a job ended. A value, not a rejection: nobody may be listening yet. */
export type WaitEnd = { readonly job: JobRecord } | { readonly error: unknown };

/** Those who wait for the end of a job, by job id. */
export class JobWaiters {
  readonly #waiting = new Map<string, Set<(end: WaitEnd) => void>>();

  /** Starts listening; disposal stops it. */
  watch(id: string, signal: AbortSignal | undefined): Disposable & { readonly end: Promise<WaitEnd> } {
    const { promise, resolve } = Promise.withResolvers<WaitEnd>();
    const onAbort = () => resolve({ error: signal?.reason });
    const listeners = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, listeners.add(resolve));
    signal?.addEventListener("abort", onAbort, { once: true });
    return {
      end: promise,
      [Symbol.dispose]: () => {
        signal?.removeEventListener("abort", onAbort);
        listeners.delete(resolve);
        if (listeners.size === 0 && this.#waiting.get(id) === listeners) {
          this.#waiting.delete(id);
        }
      },
    };
  }

  settle(id: string, end: WaitEnd): void {
    for (const resolve of this.#waiting.get(id) ?? []) {
      resolve(end);
    }
  }

  settleAll(end: WaitEnd): void {
    for (const id of this.#waiting.keys()) {
      this.settle(id, end);
    }
  }
}
