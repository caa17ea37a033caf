/** One value that is loaded or being loaded, and what it weighs. */
interface Entry<T> {
  readonly value: Promise<T>;
  readonly bytes: number;
}

/**
 * Keeps the values used last, up to a weight; a value that several callers ask for at once is loaded once.
 *
 * Memory  `maxBytes`, or one value where that alone weighs more
 */
export class ByteLru<T> {
  readonly #maxBytes: number;
  // A Map iterates in the order of insertion: the first key is the one not used for longest.
  readonly #entries = new Map<number, Entry<T>>();
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Answers the value under `key`, by `load` when it is not held. A load that fails is not remembered. */
  get(key: number, bytes: number, load: () => Promise<T>): Promise<T> {
    const held = this.#entries.get(key);
    if (held !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, held);
      return held.value;
    }
    const entry = { value: load(), bytes };
    this.#entries.set(key, entry);
    this.#heldBytes += bytes;
    entry.value.catch(() => this.#drop(key, entry));
    this.#evict();
    return entry.value;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#heldBytes <= this.#maxBytes || this.#entries.size === 1) {
        return;
      }
      this.#drop(key, entry);
    }
  }

  #drop(key: number, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) {
      this.#entries.delete(key);
      this.#heldBytes -= entry.bytes;
    }
  }
}
