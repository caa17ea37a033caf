import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { wordingErrors } from "./as-store-error.ts";
import { checkBlobId, isBlobId } from "./blob-id.ts";
import { ChunkReader } from "./blob/chunk-reader.ts";
import { LocalBlobWriter } from "./blob/local-blob-writer.ts";
import { LocalStoredBlob } from "./blob/local-stored-blob.ts";
import { blobExists, publishBlob } from "./blob/publish-blob.ts";
import type { BlobId, BlobStore, BlobWriter, StoredBlob } from "./blob-store.ts";
import type { ChunkCache } from "./chunk/chunk-cache.ts";
import type { ChunkSlots } from "./chunk/chunk-slots.ts";
import type { ChunkTasks } from "./chunk/chunk-tasks.ts";
import type { WorkerPool } from "./chunk/worker-pool.ts";
import type { ChunkIndex, ChunkTotals } from "./chunk-index/chunk-index.ts";
import { syncDirectory } from "./folder/durable-files.ts";
import { isMissing, isPresent } from "./folder/is-present.ts";
import type { StoreFolder } from "./folder/store-folder.ts";
import { ManifestFile } from "./manifest/manifest-file.ts";
import { ManifestWriter } from "./manifest/manifest-writer.ts";
import { PackFiles } from "./pack/pack-files.ts";
import { PackSet } from "./pack/pack-set.ts";
import { StoreError } from "./store-error.ts";

/** What a local store works with. It closes folder, index and workers. */
export interface LocalBlobStoreParts {
  readonly folder: StoreFolder;
  readonly index: ChunkIndex;
  readonly workers: WorkerPool<ChunkTasks>;
  readonly slots: ChunkSlots;
  readonly cache: ChunkCache;
  readonly packBytes: number;
}

/** A blob store in a local folder. Made by `openLocalStore`. */
export class LocalBlobStore implements BlobStore {
  readonly #parts: LocalBlobStoreParts;
  readonly #packs: PackFiles;
  readonly #chunks: ChunkReader;
  /** Writers and blobs that are open, to be closed with the store. */
  readonly #open = new Set<AsyncDisposable>();
  /** Commits that are moving files now: until one is over, its blob is neither there nor not there. */
  readonly #publishing = new Map<BlobId, Promise<void>>();
  #lastOwner = 0;
  #closed = false;

  constructor(parts: LocalBlobStoreParts) {
    this.#parts = parts;
    this.#packs = new PackFiles(parts.folder);
    this.#chunks = new ChunkReader({ ...parts, packs: this.#packs });
  }

  async create(id: BlobId): Promise<BlobWriter> {
    if (await this.has(id)) {
      throw blobExists(id);
    }
    const { folder, index, slots, workers, packBytes } = this.#parts;
    const { chunkSizeBytes } = folder.format;
    this.#lastOwner += 1;
    const owner = this.#lastOwner;
    const manifestPath = folder.tmpPath(`${id}-${owner}.manifest`);
    const manifest = await wordingErrors(`starting blob ${id}`, () => ManifestWriter.create(manifestPath, id, chunkSizeBytes));
    const packs = new PackSet({ folder, index, owner, packBytes });
    const publish = (): Promise<void> => this.#publish(id, packs, manifestPath);
    const onEnd = (): boolean => this.#open.delete(writer);
    const writer = new LocalBlobWriter({ id, chunkSizeBytes, slots, workers, packs, manifest, manifestPath, publish, onEnd });
    return this.#keepOpen(writer);
  }

  async open(id: BlobId): Promise<StoredBlob> {
    if (!(await this.has(id))) {
      throw notFound(id);
    }
    const manifest = await wordingErrors(`opening blob ${id}`, () => ManifestFile.open(this.#parts.folder.manifestPath(id), id)).catch(
      (error: unknown) => {
        // Removed in between.
        throw error instanceof Error && isMissing(error.cause) ? notFound(id) : error;
      },
    );
    const onEnd = (): boolean => this.#open.delete(blob);
    const blob = new LocalStoredBlob({ id, manifest, chunks: this.#chunks, onEnd });
    return this.#keepOpen(blob);
  }

  async has(id: BlobId): Promise<boolean> {
    this.#checkOpen();
    checkBlobId(id);
    await this.#publishingEnded(id);
    return wordingErrors(`looking for blob ${id}`, () => isPresent(this.#parts.folder.manifestPath(id)));
  }

  async *list(): AsyncIterable<BlobId> {
    this.#checkOpen();
    for await (const name of this.#parts.folder.manifestNames()) {
      if (isBlobId(name) && (!this.#publishing.has(name) || (await this.has(name)))) {
        yield name;
      }
    }
  }

  async remove(id: BlobId): Promise<void> {
    if (await this.has(id)) {
      const path = this.#parts.folder.manifestPath(id);
      await wordingErrors(`removing blob ${id}`, async () => {
        await rm(path, { force: true });
        await syncDirectory(dirname(path));
      });
    }
  }

  /** What the packs hold in all. Cheap. */
  async stats(): Promise<ChunkTotals> {
    return this.#parts.index.totals();
  }

  /** Aborts writers, closes blobs once their reads are done, stops the threads and gives the folder free. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    // Closed in reverse order, each one whatever became of the others.
    await using everything = new AsyncDisposableStack();
    everything.use(this.#parts.folder);
    everything.use(this.#parts.index);
    everything.use(this.#parts.workers);
    everything.use(this.#packs);
    for (const opened of this.#open) {
      everything.use(opened);
    }
  }

  async #publish(id: BlobId, packs: PackSet, manifestPath: string): Promise<void> {
    await this.#publishingEnded(id);
    const publishing = publishBlob({ folder: this.#parts.folder, id, packs, manifestPath });
    this.#publishing.set(id, publishing);
    try {
      await publishing;
    } finally {
      this.#publishing.delete(id);
    }
  }

  async #publishingEnded(id: BlobId): Promise<void> {
    for (let other = this.#publishing.get(id); other !== undefined; other = this.#publishing.get(id)) {
      await Promise.allSettled([other]);
    }
  }

  /** The store may have been closed while `opened` was being made. */
  async #keepOpen<T extends AsyncDisposable>(opened: T): Promise<T> {
    this.#open.add(opened);
    if (this.#closed) {
      await opened[Symbol.asyncDispose]();
    }
    this.#checkOpen();
    return opened;
  }

  #checkOpen(): void {
    if (this.#closed) {
      throw new StoreError("store.closed", "The store was closed.");
    }
  }
}

function notFound(id: BlobId): StoreError {
  return new StoreError("store.notFound", `There is no blob ${id} in this store.`);
}
