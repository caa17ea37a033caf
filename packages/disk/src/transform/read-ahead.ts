import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { extentsOf } from "../core/extents-of.ts";
import { fillFrom } from "../core/fill-from.ts";
import { WindowCache } from "./window-cache.ts";

const MIB = 1024 * 1024;

/** Runs of ascending reads that are followed at a time: data, and the tables that say where it lies. */
const MAX_RUNS = 2;

/** Ends of single reads that are remembered, for the next read to continue one of them. */
const MAX_ENDS = 8;

export interface ReadAheadOptions {
  /** Bytes that are fetched at a time. Default 4 MiB, at most 64 MiB. */
  readonly windowBytes?: number | undefined;
  /** Windows that are fetched before they are asked for. Default 2, at most 16. */
  readonly ahead?: number | undefined;
}

/** Reads that go on where the one before ended. */
interface Run {
  end: number;
  /** The window in which the run was noticed; fetching ahead begins when it is left. */
  readonly firstWindow: number;
}

/**
 * Makes a source fast that is slow to answer, such as one over HTTP: reads that ascend are served from large windows, and the next windows are
 * fetched meanwhile. Reads that jump, and those of a window or more, go straight to the source. Closing it closes the source.
 *
 * Memory  2 runs of `ahead` + 1 windows, and one more: 28 MiB by default; besides these one for each read that waits
 * Throws  RangeError (options out of bounds), what the source throws
 */
export function readAhead(source: ByteSource, options: ReadAheadOptions = {}): ByteSource {
  const { windowBytes = 4 * MIB, ahead = 2 } = options;
  if (!Number.isInteger(windowBytes) || windowBytes < 1 || windowBytes > 64 * MIB) {
    throw new RangeError(`A window of ${windowBytes} bytes: it must have 1 to ${64 * MIB}.`);
  }
  if (!Number.isInteger(ahead) || ahead < 0 || ahead > 16) {
    throw new RangeError(`${ahead} windows ahead: it must be 0 to 16.`);
  }
  return new ReadAheadSource(source, { windowBytes, ahead });
}

class ReadAheadSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #windowBytes: number;
  readonly #ahead: number;
  readonly #windows: WindowCache;
  /** The one used last comes first. */
  readonly #runs: Run[] = [];
  readonly #ends: number[] = [];
  #closing: Promise<void> | undefined;

  constructor(source: ByteSource, { windowBytes, ahead }: { readonly windowBytes: number; readonly ahead: number }) {
    this.#source = source;
    this.#windowBytes = windowBytes;
    this.#ahead = ahead;
    this.lengthBytes = source.lengthBytes;
    this.#windows = new WindowCache({
      lengthBytes: source.lengthBytes,
      windowBytes,
      maxWindows: MAX_RUNS * (ahead + 1) + 1,
      load: (offset, length, signal) => source.read(offset, length, { signal }),
    });
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return this.#continues(offset, length) ? this.#windows.read(offset, length, options) : this.#source.read(offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await (this.#continues(offset, target.length)
      ? this.#windows.readInto(target, offset, options)
      : fillFrom(this.#source, target, offset, options));
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return extentsOf(this.#source, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#windows[Symbol.asyncDispose]();
    await this.#source[Symbol.asyncDispose]();
  }

  /** Tells whether a read belongs to a run of reads, and fetches ahead when it does. */
  #continues(offset: number, length: number): boolean {
    if (length === 0 || length >= this.#windowBytes || this.#closing !== undefined) {
      return false;
    }
    const run = this.#runOf(offset);
    if (run === undefined) {
      this.#ends.unshift(offset + length);
      this.#ends.length = Math.min(this.#ends.length, MAX_ENDS);
      return false;
    }
    run.end = Math.max(run.end, offset + length);
    this.#runs.unshift(run);
    this.#runs.length = Math.min(this.#runs.length, MAX_RUNS);
    const window = Math.floor((offset + length - 1) / this.#windowBytes);
    for (let next = window; window > run.firstWindow && next <= window + this.#ahead; next += 1) {
      this.#windows.prefetch(next);
    }
    return true;
  }

  /** Takes the run that a read goes on with out of the list, or begins one behind a single read. */
  #runOf(offset: number): Run | undefined {
    const known = this.#runs.findIndex(({ end }) => Math.abs(offset - end) <= this.#windowBytes);
    if (known >= 0) {
      return this.#runs.splice(known, 1)[0];
    }
    const begun = this.#ends.findIndex((end) => offset >= end && offset - end <= this.#windowBytes);
    if (begun < 0) {
      return undefined;
    }
    this.#ends.splice(begun, 1);
    return { end: offset, firstWindow: Math.floor(offset / this.#windowBytes) };
  }
}
