import type { Clock } from "../ports/clock.ts";

/** Two reads within such a time are a reason to expect a third. */
const spanMs = 24 * 3_600_000;
const mostKept = 1000;

/**
 * Remembers which files were read lately.
 *
 * Memory  the names of at most 1000 files
 */
export class RecentReads {
  readonly #clock: Clock;
  /** When each was read, the earliest first. */
  readonly #reads = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a read; answers whether there was one before it within a day. */
  isSecond(key: string): boolean {
    const now = this.#clock.now();
    const before = this.#reads.get(key);
    this.#reads.delete(key);
    this.#reads.set(key, now);
    const [earliest] = this.#reads.keys();
    if (this.#reads.size > mostKept && earliest !== undefined) {
      this.#reads.delete(earliest);
    }
    return before !== undefined && now - before <= spanMs;
  }
}
