import type { DiscardDeps, DiscardedImage } from "../discard-image.ts";
import { releaseBlobs } from "../../buckets/release-blobs.ts";

/**
 * Takes the content of an image back that was made by its metadata: it waits for content again, and nothing of what came is left. Harmless
 * to repeat.
 */
export async function emptyImage(deps: DiscardDeps, image: DiscardedImage | undefined): Promise<void> {
  if (image === undefined) {
    return;
  }
  await deps.catalog.transaction(async (catalog) => {
    const now = deps.clock.now();
    await catalog.images.changeStatus(image.imageId, ["saving", "active"], "queued", {
      disks: [],
      stores: [],
      file: undefined,
      origin: undefined,
      sourceFormat: undefined,
      activeAt: undefined,
      updatedAt: now,
    });
    await catalog.removals.note([image.blobId], now);
  });
  await releaseBlobs(deps, [image.blobId]);
}
