import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Log } from "../ports/log.ts";

/** What letting go of blobs needs. */
export interface ReleaseDeps {
  readonly catalog: Pick<Catalog, "removals">;
  readonly store: BlobStore;
  readonly log: Log;
}

/**
 * Removes blobs that are noted as removals, and strikes them out. Never throws: what called it has succeeded or failed already
 * for a reason of its own, and a blob that stays noted is removed when the service starts next.
 */
export async function releaseBlobs(deps: ReleaseDeps, blobIds: readonly BlobId[]): Promise<void> {
  if (blobIds.length === 0) {
    return;
  }
  try {
    for (const blobId of blobIds) {
      await deps.store.remove(blobId);
    }
    await deps.catalog.removals.strike(blobIds);
  } catch (error) {
    deps.log.error(
      { err: error, blobIds: blobIds.slice(0, 10), count: blobIds.length },
      "Blobs could not be removed; the next start removes them",
    );
  }
}
