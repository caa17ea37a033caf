/**
 * Lets at most `max` tasks run at a time; the others wait in the order they came.
 *
 * Memory  what `max` running tasks hold, plus one callback for each that waits
 */
export class Limiter {
  readonly #max: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `task` when its turn comes and answers what it answers. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#max) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#running -= 1;
      } else {
        // The place passes to the next one directly, so a newcomer cannot slip in between.
        next();
      }
    }
  }
}
