/**
 * Keeps buffers of one size for reuse, the last one given back first, because it is the one that still lies in the processor's cache.
 * It never waits: whoever takes buffers bounds how many are out.
 *
 * Memory  `maxIdle` buffers of `bufferBytes` while nobody uses them
 */
export class BufferPool {
  readonly #bufferBytes: number;
  readonly #maxIdle: number;
  readonly #idle: Uint8Array<ArrayBuffer>[] = [];

  constructor(bufferBytes: number, maxIdle: number) {
    this.#bufferBytes = bufferBytes;
    this.#maxIdle = maxIdle;
  }

  /** Answers a buffer over memory of its own, with whatever content it had before. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.#bufferBytes);
  }

  /** Takes back a buffer that nobody uses any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    if (this.#idle.length < this.#maxIdle) {
      this.#idle.push(buffer);
    }
  }
}
