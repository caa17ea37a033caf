import type { BlobId, BlobRecord } from "./blob-store.ts";
import { readManifest } from "./manifest/read-manifest.ts";
import { isStoreError } from "./store-error.ts";
import type { ChunkStore } from "./store.ts";

/** What a manifest says of its blob, or why it cannot be read. */
export type ListedRecord =
  | { readonly id: BlobId; readonly lengthBytes: number; readonly record: BlobRecord; readonly keyId: string | undefined }
  | { readonly id: BlobId; readonly damage: string };

/**
 * Tells of every committed blob what its writer said of it, so that a catalog can be made again from the store alone. Reads manifests
 * and nothing else, needs no keys, and goes on after a manifest that is damaged. The record of a sealed blob is proven only against
 * accidents: whoever opens the blob with its key proves it against changes too.
 *
 * Shape   in no order
 * Memory  one manifest, at most 1.2 MiB, twice
 * Throws  `store.io`, `store.closed`
 */
export async function* listRecords(store: ChunkStore): AsyncGenerator<ListedRecord> {
  for await (const id of store.list()) {
    try {
      const { lengthBytes, record, keyId } = (await readManifest(store.parts.backend, id)).manifest;
      yield { id, lengthBytes, record, keyId };
    } catch (error) {
      if (!isStoreError(error) || (error.code !== "store.damaged" && error.code !== "store.missing")) {
        throw error;
      }
      if (error.code === "store.damaged") {
        yield { id, damage: error.message };
      }
      // One that is missing was removed since it was listed.
    }
  }
}
