import { PartsSource } from "../buckets/parts-source.ts";
import { readRange } from "../buckets/read-range.ts";
import { storeBlob } from "../buckets/store-blob.ts";
import type { ResumableUpload, UploadedPart } from "../ports/upload-catalog.ts";
import { isSmallPart, stepBytesAt } from "./upload-steps.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

const mostSmallParts = 1000;

/**
 * Makes one part of the last ones where these are smaller than steps, once there is a step's worth of them, or a thousand: however small the
 * bodies are that a client sends, the object gets no more parts than one may have. Each byte is written again once. A failure is logged:
 * the parts do as they are.
 *
 * Memory  two steps of 1 MiB, and what the store's writer holds
 */
export async function mergeSmallParts(deps: UploadsDeps, upload: ResumableUpload): Promise<void> {
  const small = partsToMerge(await deps.catalog.uploads.parts(upload.id));
  if (small.length === 0) {
    return;
  }
  try {
    await merge(deps, upload, small);
  } catch (error) {
    deps.log.error({ err: error, uploadId: upload.id, parts: small.length }, "Small parts of an upload could not be made one");
  }
}

/** The small parts at the end, when they are worth it; none otherwise. */
export function partsToMerge(parts: readonly UploadedPart[]): readonly UploadedPart[] {
  const small = parts.slice(parts.findLastIndex((part) => !isSmallPart(part)) + 1);
  const lengthBytes = small.reduce((sum, part) => sum + part.lengthBytes, 0);
  const isWorthIt = small.length >= mostSmallParts || (small.length > 1 && lengthBytes >= stepBytesAt(small[0]?.offsetBytes ?? 0));
  return isWorthIt ? small : [];
}

async function merge(deps: UploadsDeps, upload: ResumableUpload, small: readonly UploadedPart[]): Promise<void> {
  const { id: uploadId, projectId } = upload;
  const offsetBytes = small[0]?.offsetBytes ?? 0;
  await using source = new PartsSource(deps.store, { bucket: "upload", key: uploadId, parts: small });
  await storeBlob(deps, {
    async write(writer) {
      let at = 0;
      for await (const bytes of readRange(source, { start: 0, end: source.lengthBytes })) {
        await writer.write(at, bytes);
        at += bytes.length;
      }
      return { lengthBytes: at, record: { kind: "upload", projectId, uploadId, offsetBytes } };
    },
    async record({ uploads }, part) {
      const replaced = await uploads.replaceParts(uploadId, { ...part, offsetBytes });
      // When somebody ended the upload meanwhile, it is the new blob that nobody names.
      return { result: undefined, released: (replaced ?? [part]).map(({ blobId }) => blobId) };
    },
  });
}
