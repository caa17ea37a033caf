import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobWriter } from "@tintype/store/blob-store.ts";
import { storeBlob } from "../buckets/store-blob.ts";
import type { WrittenContent } from "../buckets/store-blob.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ResumableUpload, UploadedPart } from "../ports/upload-catalog.ts";
import { BodyReader } from "./body-reader.ts";
import { completeObject, completeStoredObject } from "./complete-object.ts";
import type { Receiving } from "./receiving.ts";
import { storeEndOfImage } from "./store-end-of-image.ts";
import type { UploadBody } from "./upload-body.ts";
import { largestUpload, nextExpiry, refuseBeyond } from "./upload-limits.ts";
import { stepEnd } from "./upload-steps.ts";
import type { UploadsDeps } from "./uploads-deps.ts";
import { refuseBroken, writeStep } from "./write-step.ts";
import type { Step } from "./write-step.ts";

/**
 * Takes a body in steps, each of which is durable and counted before the next begins. A body that breaks off leaves what came of it, and one
 * with promised digests nothing.
 *
 * Memory  one piece of the body, and what the store's writer holds, whatever the length
 * Throws  tus.bodyBroken, tus.tooLarge, the codes of promised digests; what making the object or filling the image throws: then the last
 *         step does not count
 */
export async function receiveBody(receiving: Receiving, upload: ResumableUpload, body: UploadBody): Promise<ResumableUpload> {
  const { deps, turn } = receiving;
  await using reader = new BodyReader(body.pieces);
  const bodyEnd = body.lengthBytes === undefined ? undefined : upload.offsetBytes + body.lengthBytes;
  const limitBytes = upload.lengthBytes ?? largestUpload(deps);
  let current = upload;
  while ((await reader.next()) !== undefined) {
    const { offsetBytes } = current;
    refuseBeyond(offsetBytes + 1, limitBytes);
    const endBytes = body.promised.length > 0 ? limitBytes : Math.min(stepEnd(offsetBytes, bodyEnd), limitBytes);
    current = await storeStep(receiving, current, { reader, body, turn, offsetBytes, endBytes, limitBytes });
  }
  refuseBroken(reader, current.offsetBytes);
  return current.isComplete || current.offsetBytes !== current.lengthBytes ? current : await completeWithoutStep(receiving, current);
}

async function storeStep(receiving: Receiving, upload: ResumableUpload, step: Step): Promise<ResumableUpload> {
  const { deps } = receiving;
  const { id: uploadId, projectId, offsetBytes, target } = upload;
  const write = async (writer: BlobWriter): Promise<WrittenContent> => ({
    lengthBytes: await writeStep(deps.digests, writer, step),
    record: { kind: "upload", projectId, uploadId, offsetBytes },
  });
  if (target.kind === "image" && step.endBytes === upload.lengthBytes) {
    const append = async (catalog: Catalog, part: UploadedPart): Promise<ResumableUpload> => appendPart(deps, catalog, { uploadId, part });
    return await storeEndOfImage(receiving, { upload, imageId: target.imageId }, { write, append });
  }
  return await storeBlob(deps, {
    write,
    async record(catalog, part) {
      const appended = await appendPart(deps, catalog, { uploadId, part: { ...part, offsetBytes } });
      const isWhole = target.kind === "object" && appended.offsetBytes === appended.lengthBytes;
      return isWhole ? await completeObject(deps, catalog, appended) : { result: appended, released: [] };
    },
  });
}

/** Throws  tus.uploadNotFound, tus.offsetMismatch when somebody ended the upload or wrote to it meanwhile */
async function appendPart(
  deps: UploadsDeps,
  { uploads }: Pick<Catalog, "uploads">,
  { uploadId, part }: { readonly uploadId: string; readonly part: UploadedPart },
): Promise<ResumableUpload> {
  const appended = await uploads.append(uploadId, part, nextExpiry(deps));
  if (appended !== undefined) {
    return appended;
  }
  const found = await uploads.get(uploadId);
  throw found === undefined
    ? new ServiceError("tus.uploadNotFound", { id: uploadId })
    : new ServiceError("tus.offsetMismatch", { offset: found.offsetBytes, sent: part.offsetBytes });
}

/** The file turned out to end where the upload stands, or is empty. */
async function completeWithoutStep(receiving: Receiving, upload: ResumableUpload): Promise<ResumableUpload> {
  const { target } = upload;
  return target.kind === "image"
    ? await storeEndOfImage(receiving, { upload, imageId: target.imageId })
    : await completeStoredObject(receiving.deps, upload);
}
