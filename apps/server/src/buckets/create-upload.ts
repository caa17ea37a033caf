import type { UploadRecord } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkMetadata } from "./check-metadata.ts";
import { checkObjectKey } from "./check-object-key.ts";
import { requireBucket } from "./require-bucket.ts";
import type { ObjectDescription } from "./store-object.ts";

/**
 * Begins a multipart upload: parts follow, and make an object when it is completed.
 *
 * Throws  obs.NoSuchBucket, obs.KeyTooLongError, obs.MetadataTooLarge
 */
export async function createUpload(
  deps: Pick<BucketsDeps, "catalog" | "clock" | "ids" | "ceilings">,
  description: Omit<ObjectDescription, "condition">,
): Promise<UploadRecord> {
  const { bucket, key, contentType, metadata, encryption, storageClass } = description;
  checkObjectKey(key, deps.ceilings);
  checkMetadata(metadata, deps.ceilings);
  const uploadId = deps.ids.hex32();
  return await deps.catalog.transaction(async (catalog) => {
    const { storageClass: usual } = await requireBucket(catalog, description);
    const createdAt = deps.clock.now();
    const upload = { uploadId, bucket, key, contentType, metadata, encryption, storageClass: storageClass ?? usual, createdAt };
    await catalog.buckets.insertUpload(upload);
    return upload;
  });
}
