import { wordingErrors } from "./as-store-error.ts";
import { checkBlobId, isBlobId } from "./blob-id.ts";
import { ChunkReader } from "./blob/chunk-reader.ts";
import { ChunkedBlobWriter } from "./blob/chunked-blob-writer.ts";
import { ChunkedBlob } from "./blob/chunked-blob.ts";
import { blobExists, commitBlob } from "./blob/commit-blob.ts";
import type { CommittedBlob } from "./blob/commit-blob.ts";
import { copyBlob } from "./blob/copy-blob.ts";
import { findChunks } from "./blob/find-chunks.ts";
import type { BlobId, BlobStore, BlobWriter, CopyOptions, CreateOptions, FoundChunk, StoredBlob } from "./blob-store.ts";
import type { ChunkTotals } from "./chunk-index/chunk-index.ts";
import { SpareSlots } from "./chunk/spare-slots.ts";
import { collect } from "./collect/collect.ts";
import type { CollectOptions, CollectReport } from "./collect/collect.ts";
import { uniqueBytesOf } from "./collect/unique-bytes-of.ts";
import { usage } from "./collect/usage.ts";
import type { StoreUsage, UsageOptions } from "./collect/usage.ts";
import { holdManifest } from "./live/hold-manifest.ts";
import { ListCache } from "./manifest/list-cache.ts";
import type { ManifestFile } from "./manifest/read-manifest.ts";
import { PackSet } from "./pack/pack-set.ts";
import type { DataKey } from "./seal/data-key.ts";
import { isDamage, isStoreError, StoreError } from "./store-error.ts";
import { manifestFileName, manifestsPrefix, nameOfFile } from "./store-names.ts";
import type { StoreParts } from "./store-parts.ts";
import { scrubNext } from "./verify/scrub.ts";
import type { ScrubOptions, ScrubStep } from "./verify/scrub.ts";
import { verifyStore } from "./verify/verify-store.ts";
import type { Verification, VerifyOptions } from "./verify/verify-store.ts";

/** Enough for four readers that follow each other. */
const spareSlotsKept = 16;

/** A manifest that is in use: its chunks stay until it is disposed of. */
interface OpenManifest extends Disposable {
  readonly file: ManifestFile;
  readonly key: DataKey | undefined;
}

/** A blob store over a backend. Made by `openChunkStore`; closes what it works with. */
export class ChunkStore implements BlobStore {
  /** For collection and verification, which work on the same parts. */
  readonly parts: StoreParts;
  readonly #chunks: ChunkReader;
  readonly #lists: ListCache;
  readonly #spareSlots: SpareSlots;
  /** Writers and blobs that are open, to be closed with the store. */
  readonly #open = new Set<AsyncDisposable>();
  #lastOwner = 0;
  #collecting = false;
  #closed = false;

  constructor(parts: StoreParts) {
    this.parts = parts;
    this.#chunks = new ChunkReader(parts);
    this.#spareSlots = new SpareSlots(parts.slots.slotBytes, spareSlotsKept);
    this.#lists = new ListCache((name, lengthBytes) => this.#fetchList(name, lengthBytes), parts.mostLists);
  }

  async create(id: BlobId, options: CreateOptions = {}): Promise<BlobWriter> {
    const key = this.parts.keys.keyForWriting(options.key);
    if (await this.has(id)) {
      throw blobExists(id);
    }
    const { backend, folder, index, pins, packBytes, slots, workers, format } = this.parts;
    this.#lastOwner += 1;
    const packs = new PackSet({ backend, folder, index, pins, owner: this.#lastOwner, packBytes });
    const commit = (blob: CommittedBlob): Promise<void> => commitBlob(blob, this.parts);
    const onEnd = (): boolean => this.#open.delete(writer);
    const { chunkSizeBytes } = format;
    const writer = new ChunkedBlobWriter({ id, key, chunkSizeBytes, slots, workers, packs, commit, onEnd });
    return this.#keepOpen(writer);
  }

  async open(id: BlobId): Promise<StoredBlob> {
    const { file, key, [Symbol.dispose]: release } = await this.#openManifest(id);
    const onEnd = (): void => {
      this.#open.delete(blob);
      release();
    };
    const [lists, chunks, slots] = [this.#lists, this.#chunks, this.#spareSlots];
    const { onDamage } = this.parts;
    const blob = new ChunkedBlob({ manifest: file.manifest, key, lists, chunks, frames: this.parts, slots, onEnd, onDamage });
    return this.#keepOpen(blob);
  }

  async copy(from: BlobId, to: BlobId, options: CopyOptions = {}): Promise<void> {
    const copying = this.#copy(from, to, options);
    // The work folder is not given free before the copy is over.
    const ended = Promise.allSettled([copying]);
    const underWay = { [Symbol.asyncDispose]: async (): Promise<void> => void (await ended) };
    this.#open.add(underWay);
    await ended;
    this.#open.delete(underWay);
    return copying;
  }

  async has(id: BlobId): Promise<boolean> {
    this.#checkOpen();
    checkBlobId(id);
    await this.parts.roots.commitEnded(id);
    return (await this.parts.backend.sizeOf(manifestFileName(id))) !== undefined;
  }

  async *list(): AsyncIterable<BlobId> {
    this.#checkOpen();
    for await (const file of this.parts.backend.list(manifestsPrefix)) {
      const name = nameOfFile(file.name);
      if (name !== undefined && isBlobId(name) && (!this.parts.roots.isCommitting(name) || (await this.has(name)))) {
        yield name;
      }
    }
  }

  async remove(id: BlobId): Promise<void> {
    this.#checkOpen();
    checkBlobId(id);
    await this.parts.roots.commitEnded(id);
    await this.parts.backend.remove(manifestFileName(id));
  }

  get chunkSizeBytes(): number {
    return this.parts.format.chunkSizeBytes;
  }

  findChunks(
    digests: readonly Uint8Array[],
    blobs: Iterable<BlobId> | AsyncIterable<BlobId>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterable<FoundChunk> {
    const closing = new AbortController();
    const fetchList = (name: Uint8Array, lengthBytes: number): Promise<Buffer> => this.#fetchList(name, lengthBytes);
    const found = findChunks({ ...this.parts, fetchList, signal: either(signal, closing.signal) }, digests, blobs);
    return { [Symbol.asyncIterator]: () => this.#stepsWhileOpen(found, closing) };
  }

  /**
   * Frees what no blob needs (docs/store-collection.md).
   *
   * Throws  `store.busy` while another collection runs; `store.owned` when the store was taken over meanwhile; as `collect`
   */
  async collect(options: CollectOptions): Promise<CollectReport> {
    if (this.#collecting) {
      throw new StoreError("store.busy", "A collection is running already. Try again when it is done.");
    }
    this.#collecting = true;
    try {
      return await this.#whileOpen(options.signal, async (signal) => {
        await this.parts.checkOwner();
        return collect(this.parts, { ...options, signal });
      });
    } finally {
      this.#collecting = false;
    }
  }

  /** Accounts for all blobs, by group. As costly as the first half of a collection. */
  async usage(options: UsageOptions): Promise<StoreUsage> {
    return this.#whileOpen(options.signal, (signal) => usage(this.parts, { ...options, signal }));
  }

  /** What removing a blob, and then collecting, would free. Throws `store.notFound`. */
  async uniqueBytesOf(id: BlobId, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<number> {
    checkBlobId(id);
    return this.#whileOpen(options.signal, (signal) => uniqueBytesOf(this.parts, id, { signal }));
  }

  /** Looks whether everything is there and whole, as `verifyStore`, until the store is closed. */
  verify(options: VerifyOptions): Verification {
    const closing = new AbortController();
    const verification = verifyStore(this.parts, { ...options, signal: either(options.signal, closing.signal) });
    return {
      get totals() {
        return verification.totals;
      },
      [Symbol.asyncIterator]: () => this.#stepsWhileOpen(verification, closing),
    };
  }

  /** Verifies the next few MiB, as `scrubNext`. */
  async scrub(options: ScrubOptions): Promise<ScrubStep> {
    return this.#whileOpen(options.signal, (signal) => scrubNext(this.parts, { ...options, signal }));
  }

  /** What the packs hold in all. Cheap. */
  async stats(): Promise<ChunkTotals> {
    return this.parts.index.totals();
  }

  /** Aborts writers, closes blobs once their reads are done, stops the threads and gives the work folder free. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    const { backend, folder, index, workers } = this.parts;
    // Closed in reverse order, each one whatever became of the others.
    await using everything = new AsyncDisposableStack();
    everything.use(folder);
    everything.use(index);
    everything.use(backend);
    everything.use(workers);
    for (const opened of this.#open) {
      everything.use(opened);
    }
  }

  /** Reads a manifest and unwraps its key. From the moment it was read, its chunks stay. */
  async #openManifest(id: BlobId): Promise<OpenManifest> {
    this.#checkOpen();
    checkBlobId(id);
    const held = await holdManifest(this.parts, id).catch((error: unknown) => {
      if (isDamage(error)) {
        this.parts.onDamage?.({ blobId: id, record: undefined, error });
      }
      throw isStoreError(error) && error.code === "store.missing" ? notFound(id) : error;
    });
    const release = (): void => held[Symbol.dispose]();
    try {
      return { file: held.file, key: await this.parts.keys.keyOf(held.file), [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async #copy(from: BlobId, to: BlobId, options: CopyOptions): Promise<void> {
    if (await this.has(to)) {
      throw blobExists(to);
    }
    using original = await this.#openManifest(from);
    // Removed before its manifest was in use, it might not have been seen by a collection.
    if (!(await this.has(from))) {
      throw notFound(from);
    }
    const { manifest } = original.file;
    const isStoreKey = this.parts.keys.isStoreKey(manifest);
    const copy = await copyBlob({ content: manifest, record: manifest.record, key: original.key, isStoreKey }, to, options);
    await wordingErrors(`copying blob ${from} to ${to}`, () => commitBlob(copy, this.parts));
  }

  async #fetchList(name: Uint8Array, lengthBytes: number): Promise<Buffer> {
    const target = Buffer.alloc(lengthBytes);
    const whole = { name, rawLength: lengthBytes, sealKey: undefined, from: 0, to: lengthBytes, target };
    await this.#chunks.fetch([whole], undefined);
    return target;
  }

  /** Work that ends early when the store is closed, and before its parts are. */
  async #whileOpen<T>(signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const closing = new AbortController();
    return this.#endingWith(closing, () => work(either(signal, closing.signal)));
  }

  /** Likewise, step by step. Between two steps nobody waits for it: it may never be asked to go on. */
  async *#stepsWhileOpen<T>(all: AsyncIterable<T>, closing: AbortController): AsyncGenerator<T> {
    const steps = all[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#endingWith(closing, () => steps.next());
        if (step.done === true) {
          return;
        }
        yield step.value;
      }
    } finally {
      await steps.return?.();
    }
  }

  /** Work that heeds a signal: closing the store gives it, and waits for the work to end. */
  async #endingWith<T>(closing: AbortController, work: () => Promise<T>): Promise<T> {
    this.#checkOpen();
    const working = work();
    const ended = Promise.allSettled([working]);
    const underWay = {
      [Symbol.asyncDispose]: async (): Promise<void> => {
        closing.abort(closedError());
        await ended;
      },
    };
    this.#open.add(underWay);
    await ended;
    this.#open.delete(underWay);
    return working;
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
      throw closedError();
    }
  }
}

function either(signal: AbortSignal | undefined, closing: AbortSignal): AbortSignal {
  return signal === undefined ? closing : AbortSignal.any([signal, closing]);
}

function closedError(): StoreError {
  return new StoreError("store.closed", "The store was closed.");
}

function notFound(id: BlobId): StoreError {
  return new StoreError("store.notFound", `There is no blob ${id} in this store.`);
}
