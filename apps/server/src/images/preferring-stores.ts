import type { BlobStore } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { NamedStore } from "../ports/named-stores.ts";

/** All stores as one, which opens blobs in some of them rather than in the others. A store that fails is no reason to fail. */
export function preferringStores(store: Pick<BlobStore, "open">, preferred: readonly NamedStore[]): Pick<BlobStore, "open"> {
  return {
    open: async (id) => {
      for (const { blobs } of preferred) {
        try {
          return await blobs.open(id);
        } catch (error) {
          if (!isStoreError(error)) {
            throw error;
          }
        }
      }
      return await store.open(id);
    },
  };
}
