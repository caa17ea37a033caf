import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObsRequest } from "../obs-request.ts";
import { parseAmzDate } from "./amz-date.ts";
import { parseCredential } from "./credential-scope.ts";
import { headerAlgorithm } from "./header-claim.ts";
import type { SignatureClaim } from "./signature-claim.ts";

const maxExpiresSeconds = 7 * 24 * 60 * 60;
const maxSkewMs = 15 * 60 * 1000;

/**
 * Reads the signature of a presigned URL and checks that it is valid now.
 *
 * Throws  obs.AuthorizationQueryParametersError, obs.AccessDenied.expired, obs.AccessDenied.notYetValid
 * Source  Amazon S3 API reference, "Authenticating requests: using query parameters"
 */
export function readPresignedClaim(request: ObsRequest, now: number): SignatureClaim {
  const parameter = (name: string) => request.parameter(name) ?? "";
  const scope = parseCredential(parameter("X-Amz-Credential"));
  const signedHeaders = parameter("X-Amz-SignedHeaders").split(";");
  const signature = parameter("X-Amz-Signature");
  const amzDate = parameter("X-Amz-Date");
  const signedAt = parseAmzDate(amzDate);
  if (parameter("X-Amz-Algorithm") !== headerAlgorithm || scope === undefined || scope.service !== "s3") {
    throw unreadable(`X-Amz-Algorithm must be ${headerAlgorithm}, X-Amz-Credential <key>/<yyyymmdd>/<region>/s3/aws4_request`);
  }
  if (signedAt === undefined || !amzDate.startsWith(scope.date)) {
    throw unreadable("X-Amz-Date must be yyyyMMddTHHmmssZ, on the day that X-Amz-Credential names");
  }
  if (!signedHeaders.includes("host") || !/^[0-9a-f]{64}$/.test(signature)) {
    throw unreadable("X-Amz-SignedHeaders must name host, and X-Amz-Signature must have 64 hex digits");
  }
  checkTime(parameter("X-Amz-Expires"), signedAt, now);
  const payloadHash = request.header("x-amz-content-sha256") ?? request.parameter("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD";
  return { scope, signedHeaders, signature, amzDate, payloadHash, withoutParameter: "X-Amz-Signature" };
}

function checkTime(expires: string, signedAt: number, now: number): void {
  const expiresSeconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (expiresSeconds < 1 || expiresSeconds > maxExpiresSeconds) {
    throw unreadable(`X-Amz-Expires must be 1 to ${maxExpiresSeconds} seconds`);
  }
  if (signedAt - now > maxSkewMs) {
    throw new ServiceError("obs.AccessDenied.notYetValid", { validFrom: new Date(signedAt).toISOString() });
  }
  const expiresAt = signedAt + expiresSeconds * 1000;
  if (now > expiresAt) {
    throw new ServiceError("obs.AccessDenied.expired", { expiredAt: new Date(expiresAt).toISOString() });
  }
}

function unreadable(reason: string): ServiceError {
  return new ServiceError("obs.AuthorizationQueryParametersError", { reason });
}
