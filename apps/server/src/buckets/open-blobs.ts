import type { BlobId, BlobStore, StoredBlob } from "@tintype/store/blob-store.ts";

const maxIdle = 16;

interface Entry {
  readonly blob: Promise<StoredBlob>;
  users: number;
}

/** A blob that stays open until the lease is disposed of. */
export interface BlobLease extends Disposable {
  readonly blob: StoredBlob;
}

/**
 * Blobs of one object, opened when they are first read.
 *
 * Memory  the manifests of 16 blobs, and of two for each read under way: an object may have 10,000 parts
 */
export class OpenBlobs implements AsyncDisposable {
  readonly #store: BlobStore;
  /** In order of last use. */
  readonly #entries = new Map<BlobId, Entry>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Throws what `BlobStore.open` throws. */
  async lease(id: BlobId): Promise<BlobLease> {
    const entry = this.#entries.get(id) ?? { blob: this.#store.open(id), users: 0 };
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    entry.users++;
    try {
      const blob = await entry.blob;
      await this.#closeIdle();
      return { blob, [Symbol.dispose]: () => void entry.users-- };
    } catch (error) {
      entry.users--;
      this.#entries.delete(id);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { blob } of entries) {
      await (await blob)[Symbol.asyncDispose]();
    }
  }

  async #closeIdle(): Promise<void> {
    for (const [id, entry] of this.#entries) {
      if (this.#entries.size <= maxIdle) {
        return;
      }
      if (entry.users === 0) {
        this.#entries.delete(id);
        await (await entry.blob)[Symbol.asyncDispose]();
      }
    }
  }
}
