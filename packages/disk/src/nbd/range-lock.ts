/** Blocks `first` up to, not including, `end`. */
interface Range {
  readonly first: number;
  readonly end: number;
}

interface Holder extends Range {
  readonly released: Promise<void>;
}

/**
 * Lets work on ranges that touch go one after the other, in the order it came, and all other work side by side.
 *
 * Memory  one entry for each task that works or waits; each newcomer looks at all of them
 */
export class RangeLock {
  readonly #holders = new Set<Holder>();

  /** Runs `task` once everything before it that touches its range is done; answers what it answers. */
  async run<T>(range: Range, task: () => Promise<T>): Promise<T> {
    const before = [...this.#holders].filter(({ first, end }) => first < range.end && range.first < end);
    const { promise: released, resolve } = Promise.withResolvers<void>();
    const holder = { ...range, released };
    this.#holders.add(holder);
    try {
      await Promise.all(before.map((holder) => holder.released));
      return await task();
    } finally {
      this.#holders.delete(holder);
      resolve();
    }
  }
}
