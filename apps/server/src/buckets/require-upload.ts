import { ServiceError } from "@tintype/contract/service-error.ts";
import type { UploadRecord } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import { requireBucket } from "./require-bucket.ts";
import type { ObjectAddress } from "./require-bucket.ts";

/** One unfinished multipart upload. */
export interface UploadAddress extends ObjectAddress {
  readonly uploadId: string;
}

/** Throws  obs.NoSuchBucket; obs.NoSuchUpload also when the upload is one of another object */
export async function requireUpload(catalog: Pick<Catalog, "buckets">, address: UploadAddress): Promise<UploadRecord> {
  await requireBucket(catalog, address);
  const upload = await catalog.buckets.upload(address.uploadId);
  if (upload === undefined || upload.bucket !== address.bucket || upload.key !== address.key) {
    throw new ServiceError("obs.NoSuchUpload", { uploadId: address.uploadId });
  }
  return upload;
}
