import type { UploadAddress } from "../../../buckets/require-upload.ts";
import type { ObsCall } from "../obs-call.ts";

/** The upload that a request is about. */
export function uploadAddress({ request, address }: ObsCall): UploadAddress {
  return { ...address, uploadId: request.parameter("uploadId") ?? "" };
}
