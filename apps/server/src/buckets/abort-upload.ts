import type { BucketsDeps } from "./buckets-deps.ts";
import { releaseBlobs } from "./release-blobs.ts";
import { requireUpload } from "./require-upload.ts";
import type { UploadAddress } from "./require-upload.ts";

/** Drops an unfinished upload and its parts. Throws  obs.NoSuchUpload */
export async function abortUpload(deps: Pick<BucketsDeps, "catalog" | "store" | "clock" | "log">, address: UploadAddress): Promise<void> {
  const released = await deps.catalog.transaction(async (catalog) => {
    const { uploadId } = await requireUpload(catalog, address);
    const blobIds = (await catalog.buckets.parts(uploadId)).map(({ part }) => part.blobId);
    await catalog.buckets.deleteUpload(uploadId);
    await catalog.removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, released);
}
