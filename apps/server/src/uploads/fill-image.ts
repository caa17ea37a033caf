import { PartsSource } from "../buckets/parts-source.ts";
import { piecesOf } from "../buckets/read-range.ts";
import type { Principal } from "../ports/principal.ts";
import type { UploadedPart } from "../ports/upload-catalog.ts";
import type { TakeFileDeps } from "../transfers/files/take-file.ts";
import { uploadFile } from "../transfers/files/upload-file.ts";

/** A file in parts, and the image that it becomes. */
export interface FilledImage {
  readonly imageId: string;
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
}

/**
 * Fills an image that waits for content with a file that came in pieces, just as if it had come in one.
 *
 * Memory  as `StoredBlob.pieces` (4 chunks), and what filling an image takes
 * Throws  what `uploadFile` throws
 */
export async function fillImage(deps: TakeFileDeps, principal: Principal, { imageId, uploadId, parts }: FilledImage): Promise<void> {
  await using source = new PartsSource(deps.store, { bucket: "upload", key: uploadId, parts });
  const body = piecesOf(source, { start: 0, end: source.lengthBytes });
  await uploadFile(deps, principal, { imageId, upload: { lengthBytes: source.lengthBytes, body, sha256: undefined } });
}
