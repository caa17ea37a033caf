import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import { requireBucket } from "./require-bucket.ts";
import type { ObjectAddress } from "./require-bucket.ts";

/** Throws  obs.NoSuchBucket, obs.NoSuchKey */
export async function requireObject(catalog: Pick<Catalog, "buckets">, address: ObjectAddress): Promise<ObjectRecord> {
  await requireBucket(catalog, address);
  const object = await catalog.buckets.object(address.bucket, address.key);
  if (object === undefined) {
    throw new ServiceError("obs.NoSuchKey", { bucket: address.bucket, key: address.key });
  }
  return object;
}
