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
 * for a reason of its own, and a blob that stays noted is removed when the store can be asked again, see `retryRemovals`.
 */
export async function releaseBlobs(deps: ReleaseDeps, blobIds: readonly BlobId[]): Promise<void> {
  const [removed, failed]: [BlobId[], BlobId[]] = [[], []];
  let failure: unknown;
  for (const blobId of blobIds) {
    try {
      await deps.store.remove(blobId);
      removed.push(blobId);
    } catch (error) {
      failure ??= error;
      failed.push(blobId);
    }
  }
  try {
    await deps.catalog.removals.strike(removed);
    await deps.catalog.removals.fail(failed);
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) {
    deps.log.error(
      { err: failure, blobIds: failed.slice(0, 10), count: failed.length },
      "Blobs could not be removed; it is tried again while the service runs, and when it starts",
    );
  }
}
