import { timingSafeEqual } from "node:crypto";
import {
  canonicalQuery,
  canonicalRequestHash,
  canonicalUri,
  payloadHashHeader,
  sha256Hex,
  signingDateHeader,
  unsignedPayload,
} from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { parseSdkDate, parseSdkHmacAuthorization, sdkHmacSignature } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import { chooseProject } from "./choose-project.ts";
import { findSigner } from "./find-signer.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** A signed request as it came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  header(name: string): string | undefined;
  /** The body's bytes; undefined when it streams, and then it has to say its own digest or that it has none. */
  readonly body: Uint8Array | undefined;
}

const allowedSkewMs = 15 * 60 * 1000;

/**
 * Finds out who signed a request with SDK-HMAC-SHA256, and for which project: the one of `X-Project-Id`, which need not be signed. A temporary
 * key needs its security token in `X-Security-Token` besides.
 *
 * Throws  identity.signatureMalformed, identity.clockSkew, identity.accessKeyUnknown, identity.payloadMismatch,
 *         identity.signatureMismatch, what `chooseProject` throws
 */
export async function verifySignature(
  deps: Pick<IdentityDeps, "catalog" | "clock" | "region">,
  request: SignedRequest,
): Promise<Principal> {
  const authorization = parseSdkHmacAuthorization(request.header("authorization") ?? "");
  if (authorization === undefined) {
    throw new ServiceError("identity.signatureMalformed", {
      reason: "the Authorization header is not of the form that belongs to SDK-HMAC-SHA256",
    });
  }
  const date = request.header(signingDateHeader) ?? "";
  checkDate(date, deps.clock.now());
  const signer = await findSigner(deps, authorization.access, request.header("x-security-token"));
  if (signer === undefined) {
    throw new ServiceError("identity.accessKeyUnknown", { access: authorization.access.slice(0, 100) });
  }
  const candidates = canonicalRequests(request, authorization.signedHeaders);
  const isRight = candidates.some((parts) => isEqual(sdkHmacSignature(parts, date, signer.secret), authorization.signature));
  if (!isRight) {
    const [first] = candidates;
    throw new ServiceError("identity.signatureMismatch", { canonicalRequestHash: first === undefined ? "" : canonicalRequestHash(first) });
  }
  const [projectId, domainId] = [request.header("x-project-id"), request.header("x-domain-id")];
  return await chooseProject(deps, signer.who, { projectId: projectId || (domainId ? undefined : signer.projectId), domainId });
}

function checkDate(text: string, now: number): void {
  const signedAt = parseSdkDate(text);
  if (signedAt === undefined) {
    throw new ServiceError("identity.signatureMalformed", { reason: "X-Sdk-Date is missing, or not of the form yyyyMMddTHHmmssZ" });
  }
  if (Math.abs(now - signedAt) > allowedSkewMs) {
    throw new ServiceError("identity.clockSkew", { skewSeconds: Math.round((now - signedAt) / 1000), limitSeconds: allowedSkewMs / 1000 });
  }
}

/** The readings of a request that clients sign: percent-encoding taken away and put on again, or put on twice; either digest of no body. */
function canonicalRequests(
  request: SignedRequest,
  signedHeaders: readonly string[],
): readonly Parameters<typeof canonicalRequestHash>[0][] {
  const question = request.target.indexOf("?");
  const [path, query] = question < 0 ? [request.target, ""] : [request.target.slice(0, question), request.target.slice(question + 1)];
  const headers = Object.fromEntries(signedHeaders.map((name) => [name, request.header(name) ?? ""]));
  const common = { method: request.method, query: canonicalQuery(query), headers, signedHeaders };
  return (["decoded", "encoded"] as const).flatMap((segments) => {
    const uri = canonicalUri(path, segments);
    return payloadHashes(request).map((payloadHash) => ({ ...common, uri, payloadHash }));
  });
}

/**
 * What may stand for the body. Without one it is the hash of nothing, whatever the header says: some clients send one of an empty object
 * then, and where the header says UNSIGNED-PAYLOAD some sign that word and some the hash of nothing.
 */
function payloadHashes(request: SignedRequest): readonly string[] {
  const stated = request.header(payloadHashHeader);
  if (request.body === undefined) {
    if (stated === undefined) {
      throw new ServiceError("identity.signatureMalformed", { reason: "a streamed body needs X-Sdk-Content-Sha256" });
    }
    return [stated];
  }
  const actual = sha256Hex(request.body);
  if (stated === unsignedPayload && !isJson(request)) {
    return request.body.length > 0 ? [stated] : [actual, stated];
  }
  if (stated !== undefined && stated !== actual && request.body.length > 0) {
    throw new ServiceError("identity.payloadMismatch");
  }
  return [actual];
}

function isJson(request: SignedRequest): boolean {
  return (request.header("content-type") ?? "").toLowerCase().startsWith("application/json");
}

function isEqual(computed: string, sent: string): boolean {
  return computed.length === sent.length && timingSafeEqual(Buffer.from(computed), Buffer.from(sent));
}
