import { ServiceError } from "@tintype/contract/service-error.ts";
import type { UploadPartRecord } from "../ports/bucket-catalog.ts";
import type { DigestAlgorithm } from "../ports/content-digests.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkSize } from "./check-size.ts";
import type { Payload } from "./payload.ts";
import { newObjectKey } from "./object-keys.ts";
import { requireUpload } from "./require-upload.ts";
import type { UploadAddress } from "./require-upload.ts";
import { storeBlob } from "./store-blob.ts";
import { receivePayload } from "./receive-payload.ts";

/** A part that was stored, and the digests that were computed on the way. */
export interface StoredPart {
  readonly part: UploadPartRecord;
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
}

/**
 * Stores one part of a multipart upload; a part of the same number that was there before is replaced.
 *
 * Throws  obs.NoSuchUpload, obs.InvalidArgument (the number), obs.EntityTooLarge, what `newObjectKey` and `receivePayload` throw
 */
export async function uploadPart(
  deps: BucketsDeps,
  address: UploadAddress & { readonly partNumber: number },
  payload: Payload,
): Promise<StoredPart> {
  const { uploadId, partNumber, bucket, key } = address;
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > deps.ceilings.partNumber) {
    throw new ServiceError("obs.InvalidArgument", {
      name: "partNumber",
      reason: `it must be an integer from 1 to ${deps.ceilings.partNumber}`,
    });
  }
  checkSize(payload.lengthBytes, deps.ceilings.partBytes, "a part");
  const { encryption } = await requireUpload(deps.catalog, address);
  return await storeBlob(deps, {
    key: await newObjectKey(deps, encryption),
    async write(writer) {
      const received = await receivePayload(deps.digests, payload, (offset, bytes) => writer.write(offset, bytes));
      return { ...received, record: { kind: "part", projectId: address.projectId, bucket, key, uploadId, partNumber } };
    },
    async record(catalog, stored, received) {
      await requireUpload(catalog, address);
      const part = { uploadId, partNumber, part: stored, etag: received.md5, modifiedAt: deps.clock.now() };
      const previous = await catalog.buckets.putPart(part);
      return { result: { part, digests: received.digests }, released: previous === undefined ? [] : [previous.part.blobId] };
    },
  });
}
