import type { ByteSource, Extent, ReadOptions } from "@tintype/disk/core/byte-source.ts";
import { checkRange } from "@tintype/disk/core/check-range.ts";
import { readByFilling } from "@tintype/disk/core/read-by-filling.ts";
import { Limiter } from "@tintype/disk/core/limiter.ts";
import { orAborted } from "@tintype/disk/core/or-aborted.ts";
import { settleAll } from "@tintype/disk/core/settle-all.ts";
import type { HoleList } from "@tintype/disk/transform/hole-list.ts";
import { listZeros } from "@tintype/disk/transform/list-zeros.ts";
import { WindowCache } from "@tintype/disk/transform/window-cache.ts";

/**
 * Small enough that little is fetched in vain: a Debian system reads 88 MiB of its disk until it asks for a login, in 3,800 reads, for which
 * windows of 128 KiB fetch 120 MiB in 950 requests, of 512 KiB 220 MiB in 440. The service's chunks are whole windows, so that none needs two.
 */
const WINDOW_BYTES = 128 * 1024;
const MAX_WINDOWS = 128;

/** Requests at a time: enough to keep the network busy, few enough that hundreds of reads side by side do not fill the memory of both ends. */
const REQUESTS_AT_A_TIME = 8;

/** What is asked of the service. */
export interface RemoteContent {
  readonly lengthBytes: number;
  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void>;
  extents(options?: ReadOptions): AsyncIterable<Extent>;
}

/**
 * A stored image as bytes to read here and there: only data that is asked for is fetched, in windows of 128 KiB which are kept for the next
 * read; reads of a window or more are fetched as they are. Zeros are known from the map and never fetched.
 *
 * Memory  16 MiB of windows, 16 bytes a stretch of zeros, and what one read returns
 * Throws  what the content throws
 */
export class StoredImageSource implements ByteSource {
  readonly lengthBytes: number;
  readonly #content: RemoteContent;
  readonly #windows: WindowCache;
  readonly #requests = new Limiter(REQUESTS_AT_A_TIME);
  readonly #closing = new AbortController();
  #zeros: Promise<HoleList> | undefined;
  #fetchedBytes = 0;

  constructor(content: RemoteContent) {
    this.#content = content;
    this.lengthBytes = content.lengthBytes;
    this.#windows = new WindowCache({
      lengthBytes: content.lengthBytes,
      windowBytes: WINDOW_BYTES,
      maxWindows: MAX_WINDOWS,
      load: async (offset, length, signal) => {
        const window = new Uint8Array(length);
        await this.#fetchData(window, offset, { signal });
        return window;
      },
    });
  }

  /** Bytes of content that came over the network. */
  get fetchedBytes(): number {
    return this.#fetchedBytes;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    options?.signal?.throwIfAborted();
    if (target.length >= WINDOW_BYTES) {
      const signal = options?.signal === undefined ? this.#closing.signal : AbortSignal.any([options.signal, this.#closing.signal]);
      await this.#fetchData(target, offset, { signal });
      return;
    }
    for (const stretch of (await this.#loadZeros(options)).split(offset, target.length)) {
      const room = target.subarray(stretch.offset - offset, stretch.offset - offset + stretch.length);
      if (stretch.isHole) {
        room.fill(0);
      } else {
        await this.#windows.readInto(room, stretch.offset, options);
      }
    }
  }

  extents(options?: ReadOptions): AsyncIterable<Extent> {
    return this.#content.extents(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error("The image was closed."));
    await this.#windows[Symbol.asyncDispose]();
    await Promise.allSettled([this.#zeros]);
  }

  async #fetchData(target: Uint8Array, offset: number, options: ReadOptions): Promise<void> {
    const fetches: Promise<void>[] = [];
    for (const stretch of (await this.#loadZeros(options)).split(offset, target.length)) {
      const room = target.subarray(stretch.offset - offset, stretch.offset - offset + stretch.length);
      if (stretch.isHole) {
        room.fill(0);
      } else {
        this.#fetchedBytes += stretch.length;
        fetches.push(this.#requests.run(() => this.#content.readInto(room, stretch.offset, options)));
      }
    }
    await settleAll(fetches);
  }

  /** Read for all who ask, so no single one of them may stop it. What failed is tried again by the next. */
  #loadZeros(options: ReadOptions | undefined): Promise<HoleList> {
    if (this.#zeros === undefined) {
      const loading = listZeros(this.#content, { signal: this.#closing.signal });
      loading.catch(() => (this.#zeros = undefined));
      this.#zeros = loading;
    }
    return orAborted(this.#zeros, options?.signal);
  }
}
