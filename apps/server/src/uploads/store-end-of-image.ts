import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId, BlobWriter } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { WrittenContent } from "../buckets/store-blob.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ResumableUpload, UploadedPart } from "../ports/upload-catalog.ts";
import { fillImage } from "./fill-image.ts";
import type { Receiving } from "./receiving.ts";
import { nextExpiry } from "./upload-limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** The last step of a file. */
interface LastStep {
  /** Fills its blob; what it throws leaves nothing behind. */
  write(writer: BlobWriter): Promise<WrittenContent>;
  /** Counts a step that turned out not to be the last one, since the body broke off. */
  append(catalog: Catalog, part: UploadedPart): Promise<ResumableUpload>;
}

/**
 * Stores the last step of a file and fills the image. The step counts only once the image is filled: until then the client is to believe that
 * something is missing, and after a failure it sends the step again.
 *
 * Throws  what `write`, `append` and `fillImage` throw; tus.uploadNotFound when somebody ended the upload meanwhile
 */
export async function storeEndOfImage(
  { deps, principal, turn }: Receiving,
  { upload, imageId }: { readonly upload: ResumableUpload; readonly imageId: string },
  step?: LastStep,
): Promise<ResumableUpload> {
  // The port makes 32 hex digits, which is what a blob's name is.
  const blobId = deps.ids.hex32() as BlobId;
  let isKept = false;
  try {
    const last = step && (await writeLast(deps, step, { blobId, offsetBytes: upload.offsetBytes }));
    const end = last === undefined ? upload.offsetBytes : last.offsetBytes + last.lengthBytes;
    if (step !== undefined && last !== undefined && end !== upload.lengthBytes) {
      return await deps.catalog.transaction(async (catalog) => {
        const appended = await step.append(catalog, last);
        await catalog.removals.strike([blobId]);
        // From here on the commit may have happened even if it fails; if it has not, the blob is still noted and the next start removes it.
        isKept = true;
        return appended;
      });
    }
    turn.finishing();
    const parts = await deps.catalog.uploads.parts(upload.id);
    await fillImage(deps, principal, { imageId, uploadId: upload.id, parts: last === undefined ? parts : [...parts, last] });
    return await complete(deps, upload, end);
  } finally {
    if (!isKept) {
      await releaseBlobs(deps, [blobId]);
    }
  }
}

async function writeLast(
  deps: UploadsDeps,
  step: LastStep,
  place: { readonly blobId: BlobId; readonly offsetBytes: number },
): Promise<UploadedPart> {
  await deps.catalog.removals.note([place.blobId], deps.clock.now());
  await using writer = await deps.store.create(place.blobId);
  const content = await step.write(writer);
  await writer.commit({ lengthBytes: content.lengthBytes, record: content.record });
  return { ...place, lengthBytes: content.lengthBytes };
}

async function complete(deps: UploadsDeps, upload: ResumableUpload, lengthBytes: number): Promise<ResumableUpload> {
  const { id, offsetBytes } = upload;
  const expiresAt = nextExpiry(deps);
  const released = await deps.catalog.transaction(async ({ uploads, removals }) => {
    const parts = await uploads.complete(id, { offsetBytes, lengthBytes, expiresAt });
    if (parts === undefined) {
      throw new ServiceError("tus.uploadNotFound", { id });
    }
    const blobIds = parts.map(({ blobId }) => blobId);
    await removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, released);
  return { ...upload, offsetBytes: lengthBytes, lengthBytes, expiresAt, isComplete: true };
}
