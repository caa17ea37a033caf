import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageId } from "../ports/ids.ts";

/**
 * Takes back what a task that failed or was cancelled has made: the image, and with it its place in the quota, and its bytes.
 * An image that became active at the last moment goes too: a task that says it was cancelled leaves nothing. Harmless to repeat.
 */
export async function discardImage(
  deps: ReleaseDeps & { readonly catalog: Catalog; readonly clock: Clock },
  { imageId, blobId }: { readonly imageId: ImageId; readonly blobId: BlobId },
): Promise<void> {
  await deps.catalog.transaction(async (catalog) => {
    await catalog.images.remove(imageId, ["queued", "saving", "active"]);
    await catalog.removals.note([blobId], deps.clock.now());
  });
  await releaseBlobs(deps, [blobId]);
}
