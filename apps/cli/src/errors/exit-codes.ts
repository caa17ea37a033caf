import { ApiError } from "@tintype/client/errors/api-error.ts";
import { ChecksumError } from "@tintype/client/errors/checksum-error.ts";
import { CancelledError, JobFailedError, NotFoundError, RefusedError, UsageError } from "./command-errors.ts";

/** How commands end, as docs/cli.md lists it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  cancelled: 2,
  notFound: 3,
  auth: 4,
  quota: 5,
  checksum: 6,
  usage: 64,
} as const;

/** Codes of the service that mean more than their HTTP status, which is 400 for nearly all of them. */
const exitCodeOfServiceCode: Readonly<Record<string, number>> = {
  // No such resource, image, job, object or bucket.
  "IMG.0027": exitCodes.notFound,
  "IMG.0086": exitCodes.notFound,
  "IMG.0095": exitCodes.notFound,
  "IMG.0121": exitCodes.notFound,
  "IMG.0144": exitCodes.notFound,
  NoSuchBucket: exitCodes.notFound,
  NoSuchKey: exitCodes.notFound,
  // The project, the role, the signature or the token is not accepted.
  "IMG.0026": exitCodes.auth,
  "IMG.0030": exitCodes.auth,
  "IMG.0037": exitCodes.auth,
  "IMG.0047": exitCodes.auth,
  "IMG.0087": exitCodes.auth,
  // Images, tags, shares, tasks at once.
  "IMG.0015": exitCodes.quota,
  "IMG.0060": exitCodes.quota,
  "IMG.0088": exitCodes.quota,
  "IMG.0116": exitCodes.quota,
  "IMG.0149": exitCodes.quota,
  "KMS.1105": exitCodes.quota,
  "image.quotaFull": exitCodes.quota,
  "tus.tooManyUploads": exitCodes.quota,
  // The Image API tells every quota so, and calls none by a code of its own.
  "413 Payload Too Large": exitCodes.quota,
  BadDigest: exitCodes.checksum,
  XAmzContentSHA256Mismatch: exitCodes.checksum,
};

/** Chooses the exit code that tells a script what kind of failure it was. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ApiError) {
    return exitCodeOfServiceCode[error.code] ?? exitCodeOfStatus(error.status);
  }
  if (error instanceof JobFailedError || error instanceof RefusedError) {
    return exitCodeOfServiceCode[error.code] ?? exitCodes.failed;
  }
  if (error instanceof UsageError || isConfigError(error)) {
    return exitCodes.usage;
  }
  if (error instanceof CancelledError) {
    return exitCodes.cancelled;
  }
  if (error instanceof ChecksumError) {
    return exitCodes.checksum;
  }
  return error instanceof NotFoundError || isMissingFile(error) ? exitCodes.notFound : exitCodes.failed;
}

function exitCodeOfStatus(status: number): number {
  if (status === 401 || status === 403) {
    return exitCodes.auth;
  }
  return status === 404 ? exitCodes.notFound : exitCodes.failed;
}

/** The server's settings are part of the command line; its error class is told by name so that no server code is loaded for it. */
function isConfigError(error: unknown): boolean {
  return error instanceof Error && error.name === "ConfigError";
}

function isMissingFile(error: unknown): boolean {
  for (let link: unknown = error; link instanceof Error; link = link.cause) {
    if ("code" in link && link.code === "ENOENT") {
      return true;
    }
  }
  return false;
}
