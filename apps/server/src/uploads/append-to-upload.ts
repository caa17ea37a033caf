import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import type { ResumableUpload } from "../ports/upload-catalog.ts";
import { findUpload } from "./find-upload.ts";
import { mergeSmallParts } from "./merge-small-parts.ts";
import { receiveBody } from "./receive-body.ts";
import type { UploadBody } from "./upload-body.ts";
import { largestUpload, refuseBeyond } from "./upload-limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** More of a file. */
export interface Appending {
  readonly id: string;
  /** Where the client believes the upload to stand. */
  readonly offsetBytes: number;
  /** Length of the file, from a client that has come to know it. */
  readonly lengthBytes?: number | undefined;
  readonly body: UploadBody;
}

/**
 * Takes more of a file, one request at a time for each upload, and makes the object or fills the image once all of it is there. What is
 * durable when it ends, however it ends, is what the upload's offset says.
 *
 * Throws  tus.locked, tus.offsetMismatch, tus.tooLarge, tus.invalidHeader; what `findUpload` and `receiveBody` throw
 */
export async function appendToUpload(deps: UploadsDeps, principal: Principal, request: Appending): Promise<ResumableUpload> {
  const { id, offsetBytes, body } = request;
  await findUpload(deps, principal, id);
  using turn = await deps.writers.begin(id, () => body.cancel());
  // Somebody may have written until now.
  const upload = await settleLength(deps, await findUpload(deps, principal, id), request);
  refuseBeyond(offsetBytes + (body.lengthBytes ?? 0), upload.lengthBytes ?? largestUpload(deps));
  await mergeSmallParts(deps, upload);
  return await receiveBody({ deps, principal, turn }, upload, body);
}

/** Checks where the client believes the upload to stand, and keeps the file's length where it tells that. */
async function settleLength(deps: UploadsDeps, upload: ResumableUpload, { offsetBytes, lengthBytes }: Appending): Promise<ResumableUpload> {
  if (offsetBytes !== upload.offsetBytes) {
    throw new ServiceError("tus.offsetMismatch", { offset: upload.offsetBytes, sent: offsetBytes });
  }
  if (lengthBytes === undefined || lengthBytes === upload.lengthBytes) {
    return upload;
  }
  refuseBeyond(lengthBytes, largestUpload(deps));
  const settled = await deps.catalog.transaction(async ({ uploads }) => uploads.setLength(upload.id, lengthBytes));
  if (settled === undefined) {
    const reason = upload.lengthBytes === undefined ? `${offsetBytes} bytes came already` : `it is ${upload.lengthBytes} already`;
    throw new ServiceError("tus.invalidHeader", { header: "Upload-Length", reason });
  }
  return settled;
}
