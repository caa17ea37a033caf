/** One that waits for its share. */
interface Waiting {
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * A number of bytes that tasks take and give back; who asks for more than is left waits its turn.
 *
 * Memory  one callback for each that waits
 */
export class ByteBudget {
  readonly #totalBytes: number;
  #leftBytes: number;
  readonly #waiting: Waiting[] = [];

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
    this.#leftBytes = totalBytes;
  }

  /** Takes bytes as soon as they are there; more than the whole counts as the whole. Answers what gives them back, once. */
  async take(bytes: number): Promise<() => void> {
    const share = Math.min(bytes, this.#totalBytes);
    if (this.#waiting.length > 0 || share > this.#leftBytes) {
      await new Promise<void>((resolve) => this.#waiting.push({ bytes: share, resolve }));
    } else {
      this.#leftBytes -= share;
    }
    return () => this.#give(share);
  }

  #give(bytes: number): void {
    this.#leftBytes += bytes;
    for (let next = this.#waiting[0]; next !== undefined && next.bytes <= this.#leftBytes; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#leftBytes -= next.bytes;
      next.resolve();
    }
  }
}
