import type { BlobId, StoredBlob } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { isFailureOfStore, isNotFound } from "./store-watch.ts";
import type { StoreWatch } from "./store-watch.ts";

/** A blob that was opened, and the stores that come after the one it was opened in. */
export interface OpenedBlob {
  readonly blob: StoredBlob;
  readonly store: NamedStore;
  readonly rest: readonly NamedStore[];
}

/**
 * Opens a blob in the first store that holds it, those that rest asked last. Stores that fail are passed over, and logged.
 *
 * Throws  what the first one that failed said, when no other one holds the blob; `store.notFound` when none failed; at once what is no
 *         failure of a store, such as a key that may not be used
 */
export async function openPreferred(stores: readonly NamedStore[], id: BlobId, watch: StoreWatch): Promise<OpenedBlob> {
  let failure: Error | undefined;
  const inOrder = watch.restingLast(stores);
  for (const [index, store] of inOrder.entries()) {
    try {
      return { blob: await store.blobs.open(id), store, rest: inOrder.slice(index + 1) };
    } catch (error) {
      if (isFailureOfStore(error)) {
        watch.passedOver(store, error, id);
        failure ??= error;
      } else if (!isNotFound(error)) {
        throw error;
      }
    }
  }
  throw failure ?? new StoreError("store.notFound", `There is no blob ${id} in any store.`);
}
