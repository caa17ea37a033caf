import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { chooseParts } from "./choose-parts.ts";
import type { NamedPart } from "./choose-parts.ts";
import { releaseBlobs } from "./release-blobs.ts";
import { requireUpload } from "./require-upload.ts";
import type { UploadAddress } from "./require-upload.ts";
import { checkWriteCondition } from "./write-condition.ts";
import type { WriteCondition } from "./write-condition.ts";

/**
 * Makes an object of the parts of an upload. No byte moves: the object is the parts, end to end.
 *
 * Throws  obs.NoSuchUpload, what `chooseParts` and `checkWriteCondition` throw
 */
export async function completeUpload(
  deps: Pick<BucketsDeps, "catalog" | "store" | "clock" | "log" | "ceilings">,
  address: UploadAddress & { readonly condition?: WriteCondition | undefined },
  named: readonly NamedPart[],
): Promise<ObjectRecord> {
  const { object, released } = await deps.catalog.transaction(async (catalog) => {
    const upload = await requireUpload(catalog, address);
    const { bucket, key, contentType, metadata, encryption, storageClass } = upload;
    const { parts, lengthBytes, etag, unused } = chooseParts(await catalog.buckets.parts(upload.uploadId), named, deps.ceilings);
    const object = { bucket, key, contentType, metadata, encryption, storageClass, parts, lengthBytes, etag, modifiedAt: deps.clock.now() };
    const previous = await catalog.buckets.putObject(object);
    checkWriteCondition(address.condition, previous, address);
    await catalog.buckets.deleteUpload(upload.uploadId);
    const released: BlobId[] = [...(previous?.parts ?? []), ...unused].map(({ blobId }) => blobId);
    await catalog.removals.note(released, deps.clock.now());
    return { object, released };
  });
  await releaseBlobs(deps, released);
  return object;
}
