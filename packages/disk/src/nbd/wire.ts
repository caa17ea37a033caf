import type { Duplex } from "node:stream";

/** The other side is gone, or was put out: there is nothing more to read and nobody to answer. */
export class WireEnd extends Error {
  override readonly name = "WireEnd";
}

/** The other side does not speak the protocol: the connection is cut. */
export class WireViolation extends Error {
  override readonly name = "WireViolation";
}

/**
 * A connection as exact lengths: what is asked for is read, and nothing beyond it.
 *
 * Memory  what one `read` returns, what is sent and not yet taken by the network, and the stream's own buffer of 64 KiB
 */
export class Wire {
  #stream: Duplex;

  constructor(stream: Duplex) {
    this.#stream = stream;
    this.#watch(stream);
  }

  /** Bytes that came in and were not asked for yet. */
  get waitingBytes(): number {
    return this.#stream.readableLength;
  }

  /**
   * Reads exactly `length` bytes, which the caller has bounded.
   *
   * Throws  WireEnd when the connection ends first
   */
  async read(length: number): Promise<Buffer> {
    const target = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      // A stream that is not told how much gives everything it has.
      const chunk: unknown = this.#stream.read(Math.min(length - done, this.#stream.readableLength));
      if (chunk instanceof Uint8Array) {
        target.set(chunk, done);
        done += chunk.length;
        continue;
      }
      if (this.#stream.readableEnded || this.#stream.destroyed) {
        throw new WireEnd(`The connection ended after ${done} of ${length} bytes.`);
      }
      await this.#somethingNew();
    }
    return target;
  }

  /**
   * Sends pieces that belong together, with nothing in between; resolves when the network has taken them.
   *
   * Throws  WireEnd when the connection ends first
   */
  async send(...parts: readonly Uint8Array[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stream = this.#stream;
    stream.cork();
    for (const part of parts.slice(0, -1)) {
      stream.write(part);
    }
    stream.write(parts.at(-1) ?? Buffer.alloc(0), (error) => {
      if (error instanceof Error) {
        reject(new WireEnd("The connection ended before everything was sent.", { cause: error }));
      } else {
        resolve();
      }
    });
    stream.uncork();
    await promise;
  }

  /** Goes on over another stream, which `wrap` makes from this one. */
  wrap(wrap: (stream: Duplex) => Duplex): void {
    this.#stream = wrap(this.#stream);
    this.#watch(this.#stream);
  }

  /** Closes the connection once everything is sent; what still comes in is dropped. */
  async end(): Promise<void> {
    const stream = this.#stream;
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.once("close", resolve);
    stream.end(() => stream.destroy());
    if (!stream.closed) {
      await promise;
    }
  }

  /** Cuts the connection. */
  destroy(): void {
    this.#stream.destroy();
  }

  /** Whoever reads or sends learns that the stream is gone; nobody else has to. */
  #watch(stream: Duplex): void {
    stream.on("error", () => stream.destroy());
  }

  async #somethingNew(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const events = ["readable", "end", "close"] as const;
    const stream = this.#stream;
    for (const event of events) {
      stream.on(event, resolve);
    }
    try {
      await promise;
    } finally {
      for (const event of events) {
        stream.off(event, resolve);
      }
    }
  }
}
