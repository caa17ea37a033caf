import { ByteLru } from "../core/byte-lru.ts";
import type { ReadOptions } from "../core/byte-source.ts";
import { orAborted } from "../core/or-aborted.ts";

/** What the windows are, and how one is loaded. */
export interface WindowCacheOptions {
  readonly lengthBytes: number;
  /** Every window but the last has this length. */
  readonly windowBytes: number;
  /** Windows kept for the next read. */
  readonly maxWindows: number;
  /** The signal is aborted when the cache is closed, and by no single reader: a window may be shared. */
  load(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * Serves reads of any size from windows of one size that are loaded whole, each once while it is held.
 *
 * Memory  `maxWindows`, and one more for each read that waits
 */
export class WindowCache implements AsyncDisposable {
  readonly #options: WindowCacheOptions;
  readonly #windows: ByteLru<Uint8Array>;
  readonly #closing = new AbortController();
  readonly #loading = new Set<Promise<unknown>>();

  constructor(options: WindowCacheOptions) {
    this.#options = options;
    this.#windows = new ByteLru(options.maxWindows * options.windowBytes);
  }

  /** Answers a range that was checked; within one window it shares the window's memory. */
  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    const { windowBytes } = this.#options;
    const start = offset % windowBytes;
    if (length > 0 && start + length <= windowBytes) {
      return (await this.#window(Math.floor(offset / windowBytes), options)).subarray(start, start + length);
    }
    const target = Buffer.allocUnsafe(length);
    await this.readInto(target, offset, options);
    return target;
  }

  /** Fills `target` from a range that was checked, one window after the other. */
  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    const { windowBytes } = this.#options;
    for (let done = 0; done < target.length;) {
      const start = (offset + done) % windowBytes;
      const length = Math.min(windowBytes - start, target.length - done);
      const window = await this.#window(Math.floor((offset + done) / windowBytes), options);
      target.set(window.subarray(start, start + length), done);
      done += length;
    }
  }

  /** Begins to load a window, unless it is held or lies behind the end. A failure shows when the window is read, which tries again. */
  prefetch(index: number): void {
    if (index * this.#options.windowBytes < this.#options.lengthBytes) {
      void Promise.allSettled([this.#load(index)]);
    }
  }

  /** Ends every load under way, and waits until it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error("The source was closed."));
    await Promise.allSettled(this.#loading);
  }

  async #window(index: number, options: ReadOptions | undefined): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    return orAborted(this.#load(index), options?.signal);
  }

  #load(index: number): Promise<Uint8Array> {
    const { windowBytes, lengthBytes, load } = this.#options;
    const offset = index * windowBytes;
    const length = Math.min(windowBytes, lengthBytes - offset);
    return this.#windows.get(index, windowBytes, () => {
      const loading = load(offset, length, this.#closing.signal).finally(() => this.#loading.delete(loading));
      this.#loading.add(loading);
      return loading;
    });
  }
}
