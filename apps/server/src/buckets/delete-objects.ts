import type { BlobId } from "@tintype/store/blob-store.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { releaseBlobs } from "./release-blobs.ts";
import { requireBucket } from "./require-bucket.ts";
import type { BucketAddress } from "./require-bucket.ts";

/**
 * Deletes objects, all or none. A key that has no object is as good as deleted.
 *
 * Throws  obs.NoSuchBucket
 */
export async function deleteObjects(
  deps: Pick<BucketsDeps, "catalog" | "store" | "clock" | "log">,
  address: BucketAddress,
  keys: readonly string[],
): Promise<void> {
  const released = await deps.catalog.transaction(async (catalog) => {
    await requireBucket(catalog, address);
    const blobIds: BlobId[] = [];
    for (const key of keys) {
      const removed = await catalog.buckets.deleteObject(address.bucket, key);
      blobIds.push(...(removed?.parts.map(({ blobId }) => blobId) ?? []));
    }
    await catalog.removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, released);
}
