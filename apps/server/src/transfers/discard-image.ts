import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageId } from "../ports/ids.ts";

/** What taking things back needs. */
export interface DiscardDeps extends ReleaseDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/** An image that a task was making, and its content. */
export interface DiscardedImage {
  readonly imageId: ImageId;
  readonly blobId: BlobId;
}

/**
 * Takes back what a task that failed or was cancelled has made: the image, and with it its place in the quota, and its bytes.
 * An image that became active at the last moment goes too: a task that says it was cancelled leaves nothing. Harmless to repeat.
 */
export async function discardImage(deps: DiscardDeps, image: DiscardedImage): Promise<void> {
  await discardImages(deps, [image]);
}

/** As `discardImage`, for all images of a task. Those that never came to be are no obstacle. */
export async function discardImages(deps: DiscardDeps, discarded: readonly DiscardedImage[]): Promise<void> {
  const blobIds = discarded.map(({ blobId }) => blobId);
  await deps.catalog.transaction(async (catalog) => {
    for (const { imageId } of discarded) {
      await catalog.images.remove(imageId, ["queued", "saving", "active"]);
    }
    await catalog.removals.note(blobIds, deps.clock.now());
  });
  await releaseBlobs(deps, blobIds);
}
