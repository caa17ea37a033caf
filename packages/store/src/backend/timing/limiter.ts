/**
 * Lets at most so many tasks run at a time; the others wait in the order they came.
 *
 * Memory  one small entry for each that waits
 */
export class Limiter {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(limit: number) {
    if (!Number.isSafeInteger(limit) || limit < 1) {
      throw new RangeError(`At least one at a time is needed, got ${limit}.`);
    }
    this.#free = limit;
  }

  /** Runs `work` in its turn. Throws the signal's reason when it is aborted before that; from then on the signal is the work's affair. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  #turn(signal?: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.delete(start);
        reject(signal?.reason instanceof Error ? signal.reason : new DOMException("Given up while waiting.", "AbortError"));
      };
      this.#waiting.add(start);
      signal?.addEventListener("abort", leave, { once: true });
    });
  }

  /** The place goes to who waits longest, never back to the heap first, so that nobody jumps the queue. */
  #pass(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
