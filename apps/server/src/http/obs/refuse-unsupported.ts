import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../../ports/ids.ts";
import { encryptionHeaders } from "./encryption-headers.ts";
import type { Operation } from "./obs-call.ts";
import type { ObsRequest } from "./obs-request.ts";

/** Headers that ask for something which is not done here. Passing them over would promise what does not happen. */
const refused: readonly RegExp[] = [
  /^x-amz-grant-/,
  /^x-amz-(copy-source-)?server-side-encryption/,
  /^x-amz-tagging$/,
  /^x-amz-object-lock-/,
  /^x-amz-bucket-object-lock-enabled$/,
  /^x-amz-website-redirect-location$/,
  /^x-amz-write-offset-bytes$/,
  /^x-amz-mfa$/,
];
/** Access lists that say what is so anyway. */
const usualAcls = new Set(["private", "bucket-owner-full-control", "bucket-owner-read"]);

/**
 * Refuses what would change the meaning of a request and is not supported.
 *
 * Throws  obs.NotImplemented, obs.AccessDenied.bucketOwner
 */
export function refuseUnsupported(request: ObsRequest, { takesEncryption }: Operation, projectId: ProjectId): void {
  for (const header of request.headerNames) {
    const meant = header.replace(/^x-obs-/, "x-amz-");
    // A signature of S3 does not cover the words of OBS, which then mean nothing.
    const isTaken = takesEncryption === true && encryptionHeaders.has(meant) && request.header(meant) !== undefined;
    if (!isTaken && refused.some((pattern) => pattern.test(meant)) && request.header(header) !== "false") {
      throw new ServiceError("obs.NotImplemented", { what: `The header ${header}` });
    }
  }
  const acl = request.header("x-amz-acl");
  if (acl !== undefined && !usualAcls.has(acl)) {
    throw new ServiceError("obs.NotImplemented", { what: `The access list ${acl.slice(0, 60)}` });
  }
  for (const header of ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"]) {
    if ((request.header(header) ?? projectId) !== projectId) {
      throw new ServiceError("obs.AccessDenied.bucketOwner");
    }
  }
}
