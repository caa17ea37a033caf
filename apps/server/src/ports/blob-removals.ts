import type { BlobId } from "@tintype/store/blob-store.ts";

/**
 * Blobs that must go. A blob is noted here before it is written and struck out in the transaction that makes it part of an
 * object or image; it is noted again in the transaction that takes it out of there. Whatever is noted when the service
 * starts is removed from the store, so a crash between store and catalog leaves nothing behind. While the service runs only those are
 * removed whose removal failed before: others may be in the middle of being written.
 */
export interface BlobRemovals {
  note(blobIds: readonly BlobId[], at: number): Promise<void>;
  strike(blobIds: readonly BlobId[]): Promise<void>;
  noted(limit: number): Promise<readonly BlobId[]>;
  /** Remembers of blobs that are noted that a store failed to remove them; nobody but a task that names them writes them any more. */
  fail(blobIds: readonly BlobId[]): Promise<void>;
  /** The blobs of which that is remembered. */
  failed(limit: number): Promise<readonly BlobId[]>;
}
