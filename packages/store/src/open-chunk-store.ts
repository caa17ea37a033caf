import { availableParallelism } from "node:os";
import { wordingErrors } from "./as-store-error.ts";
import type { Backend } from "./backend/backend.ts";
import type { BlobKey } from "./blob-store.ts";
import { ChunkCache } from "./chunk/chunk-cache.ts";
import { ChunkSlots } from "./chunk/chunk-slots.ts";
import { ChunkTurns } from "./chunk/chunk-turns.ts";
import { chunkWorkers } from "./chunk/chunk-workers.ts";
import { openChunkIndex } from "./chunk-index/open-chunk-index.ts";
import { WorkFolder } from "./folder/work-folder.ts";
import { LiveRoots } from "./live/live-roots.ts";
import { PackPins } from "./live/pack-pins.ts";
import { maxListBytes } from "./manifest/manifest-format.ts";
import { claimStore } from "./owner/claim-store.ts";
import { KeyRing } from "./seal/key-ring.ts";
import type { UnwrapKey } from "./seal/key-ring.ts";
import { sealBytes } from "./seal/seal-payload.ts";
import { ChunkStore } from "./store.ts";
import { defaultChunkSizeBytes, isChunkSize, printStoreFormat, readStoreFormat } from "./store-format.ts";
import type { StoreFormat } from "./store-format.ts";
import type { DamagedBlob } from "./store-parts.ts";
import { formatFileName } from "./store-names.ts";

/** Choices that a store offers. All have defaults. */
export interface StoreOptions {
  /** Chunk size of a new store: a power of two from 4 KiB to 4 MiB, 512 KiB by default. A store that exists keeps its own. */
  readonly chunkSizeBytes?: number | undefined;
  /** Threads that hash, compress, seal and expand. By default one per core, at most 8. */
  readonly workers?: number | undefined;
  /** Chunks that all writers together may have in flight. By default 4 per thread, at least 8. */
  readonly chunksInFlight?: number | undefined;
  /** Expanded chunks kept for small reads, in bytes; half as much again is for the lists of chunks. By default 16 MiB. */
  readonly cacheBytes?: number | undefined;
  /** Length at which a pack is full. By default 32 MiB; less than 2 GiB. */
  readonly packBytes?: number | undefined;
  /** Seals blobs that are created without a key of their own. */
  readonly storeKey?: BlobKey | undefined;
  /** Asked whenever a blob with a key of its own is opened or copied. Without it such blobs are refused. */
  readonly unwrapKey?: UnwrapKey | undefined;
  /** Told of every read, or opening, of a blob that ends because what is stored of it is damaged. */
  readonly onDamage?: ((damage: DamagedBlob) => void) | undefined;
}

/** Choices for a store in a backend that can be reached from elsewhere. */
export interface ChunkStoreOptions extends StoreOptions {
  /** Takes the store over from the work folder that it is used with, which is given up for good. By default such a store is refused. */
  readonly takeOver?: boolean | undefined;
  /** Whether the backend can be opened with another work folder, as a bucket can. By default true. */
  readonly isShared?: boolean | undefined;
}

interface CheckedOptions {
  readonly chunkSizeBytes: number;
  readonly threads: number;
  readonly chunksInFlight: number;
  readonly cacheBytes: number;
  readonly packBytes: number;
  readonly keys: KeyRing;
}

const mostWorkers = 8;
const largestPackBytes = 2 ** 31;

/**
 * Opens the blob store that a backend holds, creating it where the backend holds none. `workFolder` is a folder on this machine, for
 * this store alone. Removes what unfinished writers left there, and brings the chunk index in line with the packs; after the index was
 * deleted that reads the index of every pack. The store closes the backend, which is also closed when opening fails.
 *
 * Memory  chunks in flight × chunk size (at least 128 KiB), the cache and half as much for lists, 1 chunk per writer; for all reads
 *         together 8 chunks a thread, at least 16, stored and expanded; about 10 MiB a thread. Threads start at the first write or read
 *         of data
 * Throws  `store.locked` (the message names the holder's process), `store.owned` (it says where the other is), `store.badFormat`, `store.io`, `store.full`; RangeError or TypeError
 *         for impossible options
 */
export async function openChunkStore(backend: Backend, workFolder: string, options: ChunkStoreOptions = {}): Promise<ChunkStore> {
  await using opened = new AsyncDisposableStack();
  opened.use(backend);
  const checked = checkOptions(options);
  return await wordingErrors(`opening the store in ${backend.place}`, async () => {
    // Looked at before locking, so that what is no store of ours is left untouched.
    await readStoreFormat(backend);
    const folder = opened.use(await WorkFolder.open(workFolder));
    const checkOwner = options.isShared === false ? async (): Promise<void> => undefined : await claimStore(backend, folder, options);
    const format = await formatOf(backend, { chunkSizeBytes: checked.chunkSizeBytes });
    const index = opened.use(await openChunkIndex(folder.indexPath, backend));
    const { threads, chunksInFlight, cacheBytes, packBytes, keys } = checked;
    const store = new ChunkStore({
      backend,
      folder,
      checkOwner,
      format,
      index,
      workers: chunkWorkers(threads),
      slots: new ChunkSlots(slotBytesFor(format), chunksInFlight),
      turns: new ChunkTurns(Math.max(16, 8 * threads)),
      cache: new ChunkCache(cacheBytes),
      mostLists: Math.ceil(cacheBytes / 2 / maxListBytes),
      keys,
      pins: new PackPins(),
      roots: new LiveRoots(),
      packBytes,
      onDamage: options.onDamage,
    });
    // From here on the store closes them.
    opened.move();
    return store;
  });
}

/** Throws a RangeError for options that are impossible whatever the store, and a TypeError for a key that cannot be one. */
export function checkOptions(options: StoreOptions): CheckedOptions {
  const { chunkSizeBytes = defaultChunkSizeBytes, cacheBytes = 16 * 1024 * 1024, packBytes = 32 * 1024 * 1024 } = options;
  const { workers: threads = Math.min(availableParallelism(), mostWorkers) } = options;
  const { chunksInFlight = Math.max(8, 4 * threads) } = options;
  if (!isChunkSize(chunkSizeBytes) || !(threads >= 1) || !(chunksInFlight >= 1) || !(cacheBytes >= 0) || !(packBytes < largestPackBytes)) {
    const { storeKey: _secret, unwrapKey: _function, onDamage: _listener, ...numbers } = options;
    throw new RangeError(`These options for a store are impossible: ${JSON.stringify(numbers)}.`);
  }
  return { chunkSizeBytes, threads, chunksInFlight, cacheBytes, packBytes, keys: new KeyRing(options) };
}

/** Memory in which any chunk or list can be compressed and sealed. */
export function slotBytesFor({ chunkSizeBytes }: StoreFormat): number {
  return Math.max(chunkSizeBytes, maxListBytes) + sealBytes;
}

async function formatOf(backend: Backend, newFormat: StoreFormat): Promise<StoreFormat> {
  const format = await readStoreFormat(backend);
  if (format === undefined) {
    await backend.put(formatFileName, { bytes: Buffer.from(printStoreFormat(newFormat)) });
  }
  return format ?? newFormat;
}
