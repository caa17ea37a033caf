/** What is needed to inflate the records behind a block: the end of its content. */
export interface Window {
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** Windows kept for going back. */
const MAX_KEPT = 256;

/**
 * Keeps the windows behind some of the blocks that were inflated, evenly over all of them, so that going back does not begin at the start.
 *
 * Memory  257 windows of 32 KiB: 8 MiB
 */
export class WindowStore {
  #kept: Window[] = [];
  #stride = 1;
  #sinceKept = 0;
  #latest: Window | undefined;

  /** Answers the nearest window before a block, or undefined. */
  before(block: number): Window | undefined {
    const kept = this.#kept.findLast((window) => window.block < block);
    const latest = this.#latest;
    return latest !== undefined && latest.block < block && latest.block >= (kept?.block ?? 0) ? latest : kept;
  }

  /** Takes in the window behind a block, which was inflated just now. */
  add(window: Window): void {
    this.#latest = window;
    if (window.block <= (this.#kept.at(-1)?.block ?? -1)) {
      return;
    }
    this.#sinceKept += 1;
    if (this.#sinceKept < this.#stride) {
      return;
    }
    this.#sinceKept = 0;
    this.#kept.push(window);
    if (this.#kept.length > MAX_KEPT) {
      this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
    }
  }
}
