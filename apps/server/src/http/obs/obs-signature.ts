import { createHmac } from "node:crypto";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObsRequest } from "./obs-request.ts";
import { encodeRfc3986 } from "./sigv4/encode-rfc3986.ts";
import { isSameSignature, sha256Hex } from "./sigv4/signature.ts";

const maxSkewMs = 15 * 60 * 1000;

/** Query parameters that are part of what is signed. */
const signedParameters = new Set(
  [
    "acl append cors customdomain delete deletebucket encryption inventory length lifecycle location logging metadata",
    "mirrorBackToSource modify name notification object-lock partNumber policy position quota rename replication",
    "response-cache-control response-content-disposition response-content-encoding response-content-language response-content-type",
    "response-expires restore storageClass storageinfo storagePolicy tagging torrent truncate uploadId uploads versionId",
    "versioning versions website x-obs-security-token",
  ]
    .join(" ")
    .split(" "),
);

/** The access key in `Authorization: OBS <access key>:<signature>`. Throws  obs.AuthorizationHeaderMalformed */
export function readObsClaim(request: ObsRequest): { readonly access: string; readonly signature: string } {
  const [, access, signature] = /^OBS ([^:\s]+):(\S+)$/.exec(request.header("authorization") ?? "") ?? [];
  if (access === undefined || signature === undefined) {
    throw new ServiceError("obs.AuthorizationHeaderMalformed", { reason: "it must be 'OBS <access key>:<signature>'" });
  }
  return { access, signature };
}

/**
 * Verifies the signature that Huawei Cloud's own clients make for object storage: base64 of HMAC-SHA1.
 *
 * Throws  obs.AuthorizationHeaderMalformed (no date), obs.RequestTimeTooSkewed, obs.SignatureDoesNotMatch
 * Source  Huawei Cloud OBS API reference, "User signature authentication: authentication of signature in a header"
 */
export function verifyObsSignature(
  request: ObsRequest,
  signature: string,
  signer: { readonly secret: string; readonly now: number },
): void {
  const skewMs = Math.abs(Date.parse(request.header("x-obs-date") ?? request.header("date") ?? "") - signer.now);
  if (Number.isNaN(skewMs)) {
    throw new ServiceError("obs.AuthorizationHeaderMalformed", { reason: "Date or x-obs-date must be a date" });
  }
  if (skewMs > maxSkewMs) {
    throw new ServiceError("obs.RequestTimeTooSkewed", { skewSeconds: Math.round(skewMs / 1000), limitSeconds: maxSkewMs / 1000 });
  }
  const text = textToSign(request);
  const expected = createHmac("sha1", signer.secret).update(text).digest("base64");
  if (!isSameSignature(expected, signature)) {
    throw new ServiceError("obs.SignatureDoesNotMatch", { canonicalRequestHash: sha256Hex(text) });
  }
}

function textToSign(request: ObsRequest): string {
  const headers = request.headerNames
    .filter((name) => name.startsWith("x-obs-"))
    .sort()
    .map(
      (name) =>
        `${name}:${request
          .headerValues(name)
          .map((value) => value.trim())
          .join(",")}\n`,
    )
    .join("");
  const parameters = request.query
    .filter(([name]) => signedParameters.has(name))
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
  const path = `/${[request.bucket, ...request.key.split("/")].map(encodeRfc3986).join("/")}`;
  const resource = `${request.bucket === "" ? "/" : path}${parameters === "" ? "" : `?${parameters}`}`;
  const date = request.header("x-obs-date") === undefined ? (request.header("date") ?? "") : "";
  return [request.method, request.header("content-md5") ?? "", request.header("content-type") ?? "", date, headers + resource].join("\n");
}
