import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObsRequest } from "../obs-request.ts";
import { formatAmzDate, parseAmzDate } from "./amz-date.ts";
import { parseCredential } from "./credential-scope.ts";
import type { SignatureClaim } from "./signature-claim.ts";

export const headerAlgorithm = "AWS4-HMAC-SHA256";
const maxSkewMs = 15 * 60 * 1000;

/**
 * Reads the Authorization header of AWS Signature Version 4 and checks its date.
 *
 * Throws  obs.AuthorizationHeaderMalformed, obs.InvalidRequest (no x-amz-content-sha256), obs.RequestTimeTooSkewed
 */
export function readHeaderClaim(request: ObsRequest, now: number): SignatureClaim {
  const fields = parseFields(request.header("authorization")?.slice(headerAlgorithm.length) ?? "");
  const scope = parseCredential(fields.get("Credential") ?? "");
  const signedHeaders = fields.get("SignedHeaders")?.split(";") ?? [];
  const signature = fields.get("Signature") ?? "";
  if (scope === undefined || scope.service !== "s3") {
    throw malformed("Credential must be <key>/<yyyymmdd>/<region>/s3/aws4_request");
  }
  if (!signedHeaders.includes("host") || !/^[0-9a-f]{64}$/.test(signature)) {
    throw malformed("SignedHeaders must name host, and Signature must have 64 hex digits");
  }
  const amzDate = readDate(request);
  const instant = parseAmzDate(amzDate);
  if (instant === undefined || !amzDate.startsWith(scope.date)) {
    throw malformed("x-amz-date must be yyyyMMddTHHmmssZ, on the day that Credential names");
  }
  const skewMs = Math.abs(instant - now);
  if (skewMs > maxSkewMs) {
    throw new ServiceError("obs.RequestTimeTooSkewed", { skewSeconds: Math.round(skewMs / 1000), limitSeconds: maxSkewMs / 1000 });
  }
  const payloadHash = request.header("x-amz-content-sha256");
  if (payloadHash === undefined) {
    throw new ServiceError("obs.InvalidRequest", { reason: "the header x-amz-content-sha256 is missing" });
  }
  return { scope, signedHeaders, signature, amzDate, payloadHash };
}

function parseFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const field of text.split(",")) {
    const equals = field.indexOf("=");
    fields.set(field.slice(0, equals).trim(), field.slice(equals + 1).trim());
  }
  return fields;
}

/** `x-amz-date`, or the standard `Date` where a client cannot set the other. */
function readDate(request: ObsRequest): string {
  const amzDate = request.header("x-amz-date");
  const date = Date.parse(request.header("date") ?? "");
  return amzDate ?? (Number.isNaN(date) ? "" : formatAmzDate(date));
}

function malformed(reason: string): ServiceError {
  return new ServiceError("obs.AuthorizationHeaderMalformed", { reason });
}
