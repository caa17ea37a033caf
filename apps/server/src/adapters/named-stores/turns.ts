/**
 * Lets work on the same thing take turns, in the order in which it was asked for. What one does that fails, or what it answers, is nothing to
 * the next one.
 *
 * Memory  one entry for each thing that is being worked on
 */
export class Turns {
  /** When everything that was asked for until now is over, by the key of the thing; none of these rejects. */
  readonly #ended = new Map<string, Promise<unknown>>();

  /** Throws  what `work` throws */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ended.get(key) ?? Promise.resolve();
    const working = before.then(work);
    const ended = Promise.allSettled([working]);
    this.#ended.set(key, ended);
    try {
      return await working;
    } finally {
      if (this.#ended.get(key) === ended) {
        this.#ended.delete(key);
      }
    }
  }
}
