import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { requireBucket } from "./require-bucket.ts";
import type { BucketAddress } from "./require-bucket.ts";

/** Removes an empty bucket. Throws  obs.NoSuchBucket, obs.BucketNotEmpty */
export async function deleteBucket(deps: Pick<BucketsDeps, "catalog">, address: BucketAddress): Promise<void> {
  await deps.catalog.transaction(async (catalog) => {
    await requireBucket(catalog, address);
    if (await catalog.buckets.bucketInUse(address.bucket)) {
      throw new ServiceError("obs.BucketNotEmpty", { bucket: address.bucket });
    }
    await catalog.buckets.deleteBucket(address.bucket);
  });
}
