interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Closer samples than this are one. */
const GRAIN_MS = 100;

/**
 * Measures a rate as an average over the last while, and over all time.
 *
 * Memory  at most about ten samples for each second of the window
 */
export class RateMeter {
  readonly #windowMs: number;
  readonly #samples: Sample[] = [];
  #first: Sample | undefined;
  #latest: Sample | undefined;

  constructor(windowMs = 10_000) {
    this.#windowMs = windowMs;
  }

  /** `bytes` is the total so far. */
  add(atMs: number, bytes: number): void {
    this.#latest = { atMs, bytes };
    this.#first ??= this.#latest;
    const last = this.#samples.at(-1);
    if (last === undefined || atMs - last.atMs >= GRAIN_MS) {
      this.#samples.push(this.#latest);
    }
    while (this.#samples.length > 2 && atMs - (this.#samples[0]?.atMs ?? atMs) > this.#windowMs) {
      this.#samples.shift();
    }
  }

  /** 0 while nothing can be said. */
  bytesPerSecond(): number {
    return this.#since(this.#samples[0]);
  }

  /** Since the first sample; 0 while nothing can be said. */
  averageBytesPerSecond(): number {
    return this.#since(this.#first);
  }

  #since(first: Sample | undefined): number {
    if (first === undefined || this.#latest === undefined || this.#latest.atMs <= first.atMs) {
      return 0;
    }
    return Math.max(0, Math.round(((this.#latest.bytes - first.bytes) * 1000) / (this.#latest.atMs - first.atMs)));
  }
}
