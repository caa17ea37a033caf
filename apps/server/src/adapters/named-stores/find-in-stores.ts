import type { BlobId, BlobStore, FoundChunk } from "@tintype/store/blob-store.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { isFailureOfStore } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

/** Which stores are asked. */
interface AskedStores {
  /** The preferred first; those whose chunks have another length are left out. */
  readonly stores: readonly NamedStore[];
  readonly chunkSizeBytes: number | undefined;
  readonly watch: StoreWatch;
}

/**
 * Finds chunks in several stores, one after the other: each is asked for what those before it did not find. One that fails finds nothing more.
 *
 * Memory  names of the blobs, and as the stores
 * Throws  what the stores throw but failures of theirs; the signal's reason
 */
export async function* findInStores(
  { stores, chunkSizeBytes, watch }: AskedStores,
  ...[digests, blobs, options]: Parameters<NonNullable<BlobStore["findChunks"]>>
): AsyncGenerator<FoundChunk, void, undefined> {
  const ids: BlobId[] = await Array.fromAsync(blobs);
  const missing = new Map(digests.entries());
  for (const store of stores) {
    const indexes = [...missing.keys()];
    if (indexes.length === 0 || store.blobs.chunkSizeBytes !== chunkSizeBytes || store.blobs.findChunks === undefined) {
      continue;
    }
    try {
      for await (const found of store.blobs.findChunks([...missing.values()], ids, options)) {
        const index = indexes[found.index] ?? found.index;
        missing.delete(index);
        yield { ...found, index };
      }
    } catch (error) {
      if (!isFailureOfStore(error)) {
        throw error;
      }
      watch.passedOver(store, error);
    }
  }
}
