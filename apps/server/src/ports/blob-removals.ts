import type { BlobId } from "@tintype/store/blob-store.ts";

/**
 * Blobs that must go. A blob is noted here before it is written and struck out in the transaction that makes it part of an
 * object or image; it is noted again in the transaction that takes it out of there. Whatever is noted when the service
 * starts is removed from the store, so a crash between store and catalog leaves nothing behind.
 */
export interface BlobRemovals {
  note(blobIds: readonly BlobId[], at: number): Promise<void>;
  strike(blobIds: readonly BlobId[]): Promise<void>;
  noted(limit: number): Promise<readonly BlobId[]>;
}
