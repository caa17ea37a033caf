import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BucketRecord, StorageClass } from "../ports/bucket-catalog.ts";
import { DuplicateError } from "../ports/catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkBucketName } from "./check-bucket-name.ts";
import type { BucketAddress } from "./require-bucket.ts";

/**
 * Makes a bucket in a project. `storageClass` is what its objects get when they name none.
 *
 * Throws  obs.InvalidBucketName, obs.BucketAlreadyOwnedByYou, obs.BucketAlreadyExists, obs.TooManyBuckets
 */
export async function createBucket(
  deps: Pick<BucketsDeps, "catalog" | "clock" | "ceilings">,
  request: BucketAddress & { readonly storageClass: StorageClass },
): Promise<BucketRecord> {
  checkBucketName(request.bucket);
  const bucket: BucketRecord = {
    name: request.bucket,
    projectId: request.projectId,
    storageClass: request.storageClass,
    createdAt: deps.clock.now(),
  };
  try {
    await deps.catalog.transaction(async (catalog) => {
      await catalog.buckets.insertBucket(bucket);
      const count = (await catalog.buckets.buckets(bucket.projectId)).length - 1;
      if (count >= deps.ceilings.bucketsPerProject) {
        throw new ServiceError("obs.TooManyBuckets", { count });
      }
    });
  } catch (error) {
    if (!(error instanceof DuplicateError)) {
      throw error;
    }
    const existing = await deps.catalog.buckets.bucket(bucket.name);
    const code = existing?.projectId === bucket.projectId ? "obs.BucketAlreadyOwnedByYou" : "obs.BucketAlreadyExists";
    throw new ServiceError(code, { bucket: bucket.name }, { cause: error });
  }
  return bucket;
}
