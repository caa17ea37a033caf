import type { BlobStore } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { ImportWork } from "./import-work.ts";

/** What an import needs, also to clean up after itself. */
export interface DiscardImportDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes back what an import that failed or was cancelled has made: the image, and with it its place in the quota, and its bytes.
 * An image that became active at the last moment goes too: a task that says it was cancelled leaves nothing. Harmless to repeat.
 */
export async function discardImport(deps: DiscardImportDeps, { imageId, blobId }: ImportWork): Promise<void> {
  await deps.catalog.transaction(async (catalog) => {
    await catalog.images.remove(imageId, ["queued", "saving", "active"]);
    await catalog.removals.note([blobId], deps.clock.now());
  });
  await releaseBlobs(deps, [blobId]);
}
