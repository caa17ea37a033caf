import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { extentsOf } from "../core/extents-of.ts";
import { fillFrom } from "../core/fill-from.ts";
import { Limiter } from "../core/limiter.ts";
import type { Timers } from "../core/timers.ts";

export interface LimitOptions {
  /** Default: as fast as the source is. */
  readonly bytesPerSecond?: number | undefined;
  /** Reads at a time. Default: as many as are asked for. */
  readonly readsAtATime?: number | undefined;
  readonly timers: Timers;
}

/**
 * Spares a source, or the line to it: no more bytes a second and no more reads at a time than allowed. A read begins when those before it have
 * had their time, so that the average holds whatever the sizes of the reads are. Closing it closes the source.
 *
 * Memory  what one read returns
 * Throws  RangeError (a limit that is not positive), what the source throws
 */
export function limit(source: ByteSource, options: LimitOptions): ByteSource {
  const { bytesPerSecond = Number.POSITIVE_INFINITY, readsAtATime = Number.POSITIVE_INFINITY } = options;
  if (!(bytesPerSecond > 0) || !(readsAtATime >= 1)) {
    throw new RangeError(`${bytesPerSecond} bytes a second and ${readsAtATime} reads at a time: both must be positive.`);
  }
  return new LimitedSource(source, { bytesPerSecond, readsAtATime, timers: options.timers });
}

class LimitedSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #bytesPerSecond: number;
  readonly #reads: Limiter;
  readonly #timers: Timers;
  /** When the bytes asked for so far have had their time. */
  #busyUntil = 0;

  constructor(
    source: ByteSource,
    { bytesPerSecond, readsAtATime, timers }: { readonly bytesPerSecond: number; readonly readsAtATime: number; readonly timers: Timers },
  ) {
    this.#source = source;
    this.#bytesPerSecond = bytesPerSecond;
    this.#reads = new Limiter(readsAtATime);
    this.#timers = timers;
    this.lengthBytes = source.lengthBytes;
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return this.#inTurn(length, options, () => this.#source.read(offset, length, options));
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await this.#inTurn(target.length, options, () => fillFrom(this.#source, target, offset, options));
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return extentsOf(this.#source, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  async #inTurn<T>(length: number, options: ReadOptions | undefined, read: () => Promise<T>): Promise<T> {
    options?.signal?.throwIfAborted();
    return this.#reads.run(async () => {
      options?.signal?.throwIfAborted();
      await this.#waitForRate(length, options?.signal);
      return read();
    });
  }

  async #waitForRate(length: number, signal: AbortSignal | undefined): Promise<void> {
    const now = this.#timers.now();
    const start = Math.max(now, this.#busyUntil);
    this.#busyUntil = start + (length / this.#bytesPerSecond) * 1000;
    if (start > now) {
      await this.#timers.sleep(start - now, signal);
    }
  }
}
