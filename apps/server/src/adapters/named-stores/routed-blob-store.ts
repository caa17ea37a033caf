import type { BlobId, BlobStore, BlobWriter, CopyOptions, CreateOptions, FoundChunk, StoredBlob } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { holdersOf, reachableHolders } from "./ask-holders.ts";
import type { BlobTurns } from "./blob-turns.ts";
import { FallbackBlob } from "./fallback-blob.ts";
import { openPreferred } from "./open-preferred.ts";
import { findInStores } from "./find-in-stores.ts";
import { inFirstHolder } from "./in-first-holder.ts";
import { isFailureOfStore } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

/** What several stores are made one of. */
export interface RoutedStoreParts {
  /** At least one, the preferred first. */
  readonly stores: readonly NamedStore[];
  /** Where new blobs go. */
  readonly defaultStore: NamedStore;
  readonly turns: BlobTurns;
  readonly watch: StoreWatch;
}

/**
 * Several stores as one. Blobs are read from the preferred store that holds them, new ones go to the default store, a copy to where its
 * original lies (one store, the preferred one, when it lies in several). A store that fails is passed over, and logged, wherever another
 * one gives the answer.
 *
 * Memory  as the stores; `list` about 100 bytes a blob
 */
export class RoutedBlobStore implements BlobStore {
  readonly #parts: RoutedStoreParts;

  constructor(parts: RoutedStoreParts) {
    this.#parts = parts;
  }

  async create(id: BlobId, options: CreateOptions = {}): Promise<BlobWriter> {
    await this.#refuseTaken(id);
    return this.#parts.defaultStore.blobs.create(id, options);
  }

  async open(id: BlobId): Promise<StoredBlob> {
    const { stores, watch } = this.#parts;
    return new FallbackBlob(await openPreferred(stores, id, watch), watch);
  }

  async copy(from: BlobId, to: BlobId, options: CopyOptions = {}): Promise<void> {
    await this.#refuseTaken(to);
    await inFirstHolder({ ...this.#parts, id: from }, (store) => store.blobs.copy(from, to, options));
  }

  async has(id: BlobId): Promise<boolean> {
    const { stores, watch } = this.#parts;
    return (await holdersOf(stores, id, watch)).length > 0;
  }

  async *list(): AsyncIterable<BlobId> {
    const listed = new Set<BlobId>();
    for (const { blobs } of this.#parts.stores) {
      for await (const id of blobs.list()) {
        if (!listed.has(id)) {
          listed.add(id);
          yield id;
        }
      }
    }
  }

  /** Removes it from the other stores too when one of them fails, or rests and is not waited for; throws what that one said. */
  async remove(id: BlobId): Promise<void> {
    const { stores, turns } = this.#parts;
    await turns.removing(id, async () => {
      const outcomes = await Promise.allSettled(stores.map(async (store) => this.#removeFrom(store, id)));
      const failed = outcomes.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") {
        throw failed.reason;
      }
    });
  }

  /** That of the default store; others whose chunks are of another length hold none that could be found. */
  get chunkSizeBytes(): number | undefined {
    return this.#parts.defaultStore.blobs.chunkSizeBytes;
  }

  findChunks(...asked: Parameters<NonNullable<BlobStore["findChunks"]>>): AsyncIterable<FoundChunk> {
    return findInStores({ ...this.#parts, chunkSizeBytes: this.chunkSizeBytes }, ...asked);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using everything = new AsyncDisposableStack();
    for (const { blobs } of this.#parts.stores) {
      everything.use(blobs);
    }
  }

  async #removeFrom(store: NamedStore, id: BlobId): Promise<void> {
    const { watch } = this.#parts;
    if (watch.isResting(store)) {
      throw new StoreError("store.io", `The store "${store.name}" could not be reached a moment ago, and may hold blob ${id} still.`);
    }
    try {
      await store.blobs.remove(id);
    } catch (error) {
      if (isFailureOfStore(error)) {
        watch.passedOver(store, error, id);
      }
      throw error;
    }
  }

  /**
   * A store that cannot be asked does not keep new blobs from being stored: names are drawn at random, and who repeats one stores the same
   * content once more.
   */
  async #refuseTaken(id: BlobId): Promise<void> {
    const { stores, watch } = this.#parts;
    const [holder] = await reachableHolders(stores, id, watch);
    if (holder !== undefined) {
      throw new StoreError("store.exists", `There is a blob ${id} already, in the store "${holder.name}".`);
    }
  }
}
