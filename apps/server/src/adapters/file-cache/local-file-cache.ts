import { open, rename, rm, statfs } from "node:fs/promises";
import { syncDirectory } from "@tintype/store/folder/durable-files.ts";
import { isMissing } from "@tintype/store/folder/is-missing.ts";
import type { Clock } from "../../ports/clock.ts";
import { DamagedCacheError } from "../../ports/file-cache.ts";
import type { CachedFile, FileCache, FileToCache, OpenCachedFile, Pruned } from "../../ports/file-cache.ts";
import type { ImageId } from "../../ports/ids.ts";
import { statePath, writeState } from "./cache-state.ts";
import type { CacheState } from "./cache-state.ts";
import { isCacheKey, unfinishedPath, wholePath } from "./cached-file-names.ts";
import { readEnd } from "./cached-file-end.ts";
import { readBlocks } from "./read-blocks.ts";
import { writeCachedFile } from "./write-cached-file.ts";

/** Where a cache lies, and how much may lie there. */
export interface FileCacheOptions {
  readonly dir: string;
  readonly maxBytes: number;
  readonly clock: Clock;
}

/** So much stays free on the volume, which others need more than a cache does. */
const freeBytesLeft = 1024 * 1024 * 1024;

/** The cache in a folder of this machine. Made by `openFileCache`. */
export class LocalFileCache implements FileCache {
  readonly maxBytes: number;
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #files: Map<string, CachedFile>;
  #queue: readonly ImageId[];
  /** Bytes of files on their way in. */
  #comingBytes = 0;
  /** The last writing of the state: they follow each other. */
  #saved: Promise<void> = Promise.resolve();

  constructor({ dir, maxBytes, clock }: FileCacheOptions, files: Map<string, CachedFile>, queue: readonly ImageId[]) {
    this.#dir = dir;
    this.maxBytes = maxBytes;
    this.#clock = clock;
    this.#files = files;
    this.#queue = queue;
  }

  files(): readonly CachedFile[] {
    return [...this.#files.values()];
  }

  has(key: string): boolean {
    return this.#files.has(key);
  }

  async open(key: string): Promise<OpenCachedFile | undefined> {
    if (!this.has(key)) {
      return undefined;
    }
    try {
      await using opened = new AsyncDisposableStack();
      const handle = opened.use(await open(wholePath(this.#dir, key), "r"));
      const end = await readEnd(handle);
      this.#noteRead(key);
      const closing = opened.move();
      return {
        lengthBytes: end.lengthBytes,
        pieces: (range) => readBlocks(handle, end, range),
        [Symbol.asyncDispose]: async () => closing.disposeAsync(),
      };
    } catch (error) {
      if (error instanceof DamagedCacheError || isMissing(error)) {
        await this.remove(key);
        return undefined;
      }
      throw error;
    }
  }

  async write(file: FileToCache, signal: AbortSignal): Promise<void> {
    const { key, imageId, lengthBytes } = file;
    if (!isCacheKey(key) || lengthBytes > this.maxBytes) {
      throw new RangeError(`A file of ${lengthBytes} bytes does not fit into a cache of ${this.maxBytes}, or ${key} is no key.`);
    }
    const cachedAt = this.#clock.now();
    const unfinished = unfinishedPath(this.#dir, key);
    await this.remove(key);
    this.#comingBytes += lengthBytes;
    try {
      await this.prune();
      await this.#refuseFullVolume(lengthBytes);
      {
        await using handle = await open(unfinished, "w", 0o600);
        await writeCachedFile(handle, file, { cachedAt, signal });
      }
      await rename(unfinished, wholePath(this.#dir, key));
      await syncDirectory(this.#dir);
      this.#files.set(key, { key, imageId, lengthBytes, cachedAt, readAt: cachedAt, hits: 0 });
    } finally {
      this.#comingBytes -= lengthBytes;
      await rm(unfinished, { force: true });
    }
  }

  async remove(key: string): Promise<void> {
    if (this.#files.delete(key)) {
      await rm(wholePath(this.#dir, key), { force: true });
    }
  }

  async prune(): Promise<Pruned> {
    let left = this.#comingBytes;
    for (const { lengthBytes } of this.#files.values()) {
      left += lengthBytes;
    }
    let [files, bytes] = [0, 0];
    for (const { key, lengthBytes } of this.files().toSorted((a, b) => a.readAt - b.readAt)) {
      if (left <= this.maxBytes) {
        break;
      }
      left -= lengthBytes;
      files += 1;
      bytes += lengthBytes;
      await this.remove(key);
    }
    return { files, bytes };
  }

  queue(): readonly ImageId[] {
    return this.#queue;
  }

  async enqueue(imageId: ImageId): Promise<void> {
    if (!this.#queue.includes(imageId)) {
      this.#queue = [...this.#queue, imageId];
      await this.#save();
    }
  }

  async dequeue(imageId: ImageId): Promise<void> {
    if (this.#queue.includes(imageId)) {
      this.#queue = this.#queue.filter((id) => id !== imageId);
      await this.#save();
    }
  }

  /** Nothing may be reading or writing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#save();
  }

  #noteRead(key: string): void {
    // It may have left while it was opened.
    const file = this.#files.get(key);
    if (file !== undefined) {
      this.#files.set(key, { ...file, hits: file.hits + 1, readAt: this.#clock.now() });
    }
  }

  async #refuseFullVolume(lengthBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#dir);
    if (bavail * bsize < lengthBytes + freeBytesLeft) {
      throw new RangeError(`A file of ${lengthBytes} bytes would leave less than 1 GiB free on the volume of ${this.#dir}.`);
    }
  }

  /** The state as it is when its turn comes is as good as the one that was asked for. */
  async #save(): Promise<void> {
    const writing = this.#saved.then(() => writeState(statePath(this.#dir), this.#state()));
    this.#saved = writing.catch(() => undefined);
    await writing;
  }

  #state(): CacheState {
    const reads = this.files().map(({ key, hits, readAt }) => [key, { hits, readAt }] as const);
    return { queue: [...this.#queue], reads: Object.fromEntries(reads) };
  }
}
