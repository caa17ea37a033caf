import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import { requireBucket } from "../buckets/require-bucket.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ResumableUpload } from "../ports/upload-catalog.ts";
import { nextExpiry } from "./upload-limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** A complete upload, and the blobs that nothing names any more. */
export interface CompletedUpload {
  readonly result: ResumableUpload;
  readonly released: readonly BlobId[];
}

/**
 * Makes the object of an upload that stands at its end, of its parts. No byte moves. Call it with the catalog of a transaction.
 *
 * Throws  obs.NoSuchBucket; tus.uploadNotFound when somebody ended it meanwhile
 */
export async function completeObject(
  deps: Pick<UploadsDeps, "clock" | "ids" | "uploads">,
  catalog: Catalog,
  upload: ResumableUpload,
): Promise<CompletedUpload> {
  const { id, target, offsetBytes: lengthBytes } = upload;
  if (target.kind !== "object") {
    throw new TypeError(`Upload ${id} is none of an object`);
  }
  const { bucket, key, contentType } = target;
  const { storageClass } = await requireBucket(catalog, { projectId: upload.projectId, bucket });
  const expiresAt = nextExpiry(deps);
  const uploaded = await catalog.uploads.complete(id, { offsetBytes: lengthBytes, lengthBytes, expiresAt });
  if (uploaded === undefined) {
    throw new ServiceError("tus.uploadNotFound", { id });
  }
  const previous = await catalog.buckets.putObject({
    bucket,
    key,
    contentType,
    lengthBytes,
    storageClass,
    metadata: {},
    parts: uploaded.map((part) => ({ blobId: part.blobId, lengthBytes: part.lengthBytes })),
    etag: `${deps.ids.hex32()}-1`,
    modifiedAt: deps.clock.now(),
  });
  return { result: { ...upload, expiresAt, isComplete: true }, released: previous?.parts.map(({ blobId }) => blobId) ?? [] };
}

/** Makes the object of an upload whose parts are all there. Throws as `completeObject` */
export async function completeStoredObject(deps: UploadsDeps, upload: ResumableUpload): Promise<ResumableUpload> {
  const { result, released } = await deps.catalog.transaction(async (catalog) => {
    const completed = await completeObject(deps, catalog, upload);
    await catalog.removals.note(completed.released, deps.clock.now());
    return completed;
  });
  await releaseBlobs(deps, released);
  return result;
}
