import { isServiceError, renderError, ServiceError } from "@tintype/contract/service-error.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { isDamaged } from "../../transfers/is-damaged.ts";
import { isUnavailable, retryAfterSeconds } from "../ops/is-unavailable.ts";
import type { ObsAnswer } from "./obs-answer.ts";
import { writeXml } from "./xml/write-xml.ts";

const sqliteFull = 13;

/**
 * Turns whatever was thrown into an error of the contract: a full disk and damaged content are told as such, and so is what may pass; what nobody expected is our
 * failure.
 */
export function asServiceError(error: unknown): ServiceError {
  if (error instanceof SuppressedError) {
    // Closing something failed after the work had failed already: the work's error tells what matters.
    return asServiceError(error.suppressed);
  }
  if (isServiceError(error)) {
    return error;
  }
  if (isUnavailable(error)) {
    return new ServiceError("obs.ServiceUnavailable", {}, { cause: error });
  }
  if (isDamaged(error)) {
    return new ServiceError("obs.ContentDamaged", {}, { cause: error });
  }
  const isFull =
    (isStoreError(error) && error.code === "store.full") || (error instanceof Error && "errcode" in error && error.errcode === sqliteFull);
  return new ServiceError(isFull ? "obs.InsufficientStorage" : "obs.InternalError", {}, { cause: error });
}

/** What is wrong with the master key of an object, always answered by 400. */
const keyCodes: Readonly<Record<string, string>> = {
  "KMS.0207": "KMS.NotFoundException",
  "KMS.0209": "KMS.DisabledException",
  "KMS.0210": "KMS.KMSInvalidStateException",
};

/**
 * Words an error as S3 does. The S3 code stands in the contract's code behind the first dot; errors of other families become
 * AccessDenied when they are about who calls, and what is wrong with a key is told as S3 tells it.
 *
 * Source  Amazon S3 API reference, "Error responses"; AWS KMS API reference, "Common errors"
 */
export function errorAnswer(error: ServiceError, where: { readonly resource: string; readonly requestId: string }): ObsAnswer {
  const [family, code = "InternalError"] = error.code.split(".");
  const isAboutCaller = error.status === 401 || error.status === 403;
  const keyCode = keyCodes[error.code];
  const s3Code = family === "obs" ? code : (keyCode ?? (isAboutCaller ? "AccessDenied" : "InvalidRequest"));
  const { bucket, key, sizeBytes } = error.data;
  const body = writeXml(
    [
      "Error",
      ["Code", s3Code],
      ["Message", renderError(error.code, error.data, "en")],
      ["Resource", where.resource],
      ...(bucket === undefined ? [] : [["BucketName", bucket] as const]),
      ...(key === undefined ? [] : [["Key", key] as const]),
      ["RequestId", where.requestId],
    ],
    { withNamespace: false },
  );
  const headers = {
    ...(s3Code === "InvalidRange" && { "content-range": `bytes */${sizeBytes}` }),
    ...(error.status === 503 && { "retry-after": String(retryAfterSeconds) }),
  };
  return { status: isAboutCaller ? 403 : keyCode === undefined ? error.status : 400, headers, body, errorCode: s3Code };
}
