import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BucketRecord } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";

/** One bucket, as the callers of one project see it. */
export interface BucketAddress {
  readonly projectId: ProjectId;
  readonly bucket: string;
}

/** One object's place. */
export interface ObjectAddress extends BucketAddress {
  readonly key: string;
}

/**
 * The bucket of that name, if it belongs to the project. Another project's bucket does not exist for the caller.
 *
 * Throws  obs.NoSuchBucket
 */
export async function requireBucket(catalog: Pick<Catalog, "buckets">, address: BucketAddress): Promise<BucketRecord> {
  const bucket = await catalog.buckets.bucket(address.bucket);
  if (bucket === undefined || bucket.projectId !== address.projectId) {
    throw new ServiceError("obs.NoSuchBucket", { bucket: address.bucket });
  }
  return bucket;
}
