import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { wordingErrors } from "./as-store-error.ts";
import { ChunkCache } from "./chunk/chunk-cache.ts";
import { ChunkSlots } from "./chunk/chunk-slots.ts";
import type { ChunkTasks } from "./chunk/chunk-tasks.ts";
import { WorkerPool } from "./chunk/worker-pool.ts";
import { ChunkIndex } from "./chunk-index/chunk-index.ts";
import { reconcileChunkIndex } from "./chunk-index/reconcile-chunk-index.ts";
import { StoreFolder } from "./folder/store-folder.ts";
import { defaultChunkSizeBytes, isChunkSize } from "./folder/store-format.ts";
import { LocalBlobStore } from "./local-blob-store.ts";

/** Choices that a local store offers. All have defaults. */
export interface LocalStoreOptions {
  /** Chunk size of a new folder: a power of two from 4 KiB to 4 MiB, 512 KiB by default. A folder that exists keeps its own. */
  readonly chunkSizeBytes?: number;
  /** Threads that hash, compress and expand. By default one per core, at most 8. */
  readonly workers?: number;
  /** Chunks that all writers together may have in flight. By default 4 per thread, at least 8. */
  readonly chunksInFlight?: number;
  /** Expanded chunks kept for small reads, in bytes. By default 16 MiB. */
  readonly cacheBytes?: number;
  /** Length at which a pack is full. By default 32 MiB; less than 2 GiB. */
  readonly packBytes?: number;
}

const mostWorkers = 8;
const largestPackBytes = 2 ** 31;

/**
 * Opens the blob store in a folder, creating folder and store where there is none. Removes what unfinished writers left, and brings
 * the chunk index in line with the packs; after the index was deleted that reads the index of every pack.
 *
 * Memory  chunks in flight × chunk size, the cache, 1 chunk per writer, 16 chunks per read under way; about 10 MiB a thread. Threads
 *         start at the first write or read of data
 * Throws  `store.locked` (the message names the holder's process), `store.badFormat`, `store.io`, `store.full`; RangeError for
 *         impossible options
 */
export async function openLocalStore(rootDir: string, options: LocalStoreOptions = {}): Promise<LocalBlobStore> {
  const { chunkSizeBytes = defaultChunkSizeBytes, cacheBytes = 16 * 1024 * 1024, packBytes = 32 * 1024 * 1024 } = options;
  const { workers: threads = Math.min(availableParallelism(), mostWorkers) } = options;
  const { chunksInFlight = Math.max(8, 4 * threads) } = options;
  if (!isChunkSize(chunkSizeBytes) || !(threads >= 1) || !(chunksInFlight >= 1) || !(cacheBytes >= 0) || !(packBytes < largestPackBytes)) {
    throw new RangeError(`These options for the store in ${rootDir} are impossible: ${JSON.stringify(options)}.`);
  }
  return wordingErrors(`opening the store in ${rootDir}`, async () => {
    await using opened = new AsyncDisposableStack();
    const folder = opened.use(await StoreFolder.open(resolve(rootDir), { chunkSizeBytes }));
    const index = opened.use(ChunkIndex.open(folder.indexPath));
    await reconcileChunkIndex(index, folder);
    const workers = new WorkerPool<ChunkTasks>(new URL("./chunk/chunk-worker.ts", import.meta.url), threads);
    const slots = new ChunkSlots(folder.format.chunkSizeBytes, chunksInFlight);
    const store = new LocalBlobStore({ folder, index, workers, slots, cache: new ChunkCache(cacheBytes), packBytes });
    // From here on the store closes them.
    opened.move();
    return store;
  });
}
