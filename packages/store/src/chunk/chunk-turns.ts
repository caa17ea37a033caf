/** One that waits for its turn. */
interface Waiting {
  readonly count: number;
  readonly begin: () => void;
}

/**
 * Lets so many chunks be read at a time by all readers of a store together, in the order of asking: what bounds their memory.
 *
 * Memory  one callback for each that waits
 */
export class ChunkTurns {
  readonly #total: number;
  #left: number;
  readonly #waiting: Waiting[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#left = total;
  }

  /** Waits until `count` chunks may be read, which ends when the answer is disposed of. More than all count as all. */
  async take(count: number): Promise<Disposable> {
    const share = Math.min(count, this.#total);
    if (this.#waiting.length > 0 || share > this.#left) {
      await new Promise<void>((begin) => this.#waiting.push({ count: share, begin }));
    } else {
      this.#left -= share;
    }
    return { [Symbol.dispose]: () => this.#give(share) };
  }

  #give(count: number): void {
    this.#left += count;
    for (let next = this.#waiting[0]; next !== undefined && next.count <= this.#left; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#left -= next.count;
      next.begin();
    }
  }
}
