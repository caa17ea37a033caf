interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

const WINDOW_MS = 10_000;
/** Closer samples than this are one. */
const GRAIN_MS = 100;

/**
 * Measures a rate as an average over the last 10 s.
 *
 * Memory  at most about 100 samples
 */
export class RateMeter {
  readonly #samples: Sample[] = [];
  #latest: Sample | undefined;

  /** `bytes` is the total so far. */
  add(atMs: number, bytes: number): void {
    this.#latest = { atMs, bytes };
    const last = this.#samples.at(-1);
    if (last === undefined || atMs - last.atMs >= GRAIN_MS) {
      this.#samples.push(this.#latest);
    }
    while (this.#samples.length > 2 && atMs - (this.#samples[0]?.atMs ?? atMs) > WINDOW_MS) {
      this.#samples.shift();
    }
  }

  /** 0 while nothing can be said. */
  bytesPerSecond(): number {
    const [first] = this.#samples;
    if (first === undefined || this.#latest === undefined || this.#latest.atMs <= first.atMs) {
      return 0;
    }
    return Math.max(0, Math.round(((this.#latest.bytes - first.bytes) * 1000) / (this.#latest.atMs - first.atMs)));
  }
}
