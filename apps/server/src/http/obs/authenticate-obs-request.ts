import { ServiceError } from "@tintype/contract/service-error.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import type { Principal } from "../../ports/principal.ts";
import { bodySigningOf } from "./body-signing.ts";
import type { BodySigning } from "./body-signing.ts";
import type { ObsRequest } from "./obs-request.ts";
import type { ObsServices } from "./obs-services.ts";
import { readObsClaim, verifyObsSignature } from "./obs-signature.ts";
import { requireSigner, signerPrincipal } from "./require-signer.ts";
import { withHeaderAliases } from "./with-header-aliases.ts";
import { headerAlgorithm, readHeaderClaim } from "./sigv4/header-claim.ts";
import { readPresignedClaim } from "./sigv4/presigned-claim.ts";
import { verifyClaim } from "./sigv4/verify-claim.ts";
import type { SignatureClaim } from "./sigv4/signature-claim.ts";

/** A request whose sender is known. */
export interface AuthenticatedRequest {
  /** With the headers that its kind of credentials spells in another way. */
  readonly request: ObsRequest;
  readonly principal: Principal;
  readonly bodySigning: BodySigning;
}

type AuthenticationServices = Pick<ObsServices, "catalog" | "clock" | "region" | "authenticate">;

/**
 * Finds out who sent a request, by whatever credentials it carries.
 *
 * Throws  obs.AccessDenied.anonymous when there are none; a code of the credentials' kind when they are wrong
 */
export async function authenticateObsRequest(services: AuthenticationServices, request: ObsRequest): Promise<AuthenticatedRequest> {
  const authorization = request.header("authorization") ?? "";
  const kind = authorization.split(" ", 1)[0] ?? "";
  if (kind === headerAlgorithm) {
    return await bySignature(services, request, readHeaderClaim(request, services.clock.now()));
  }
  if (request.parameter("X-Amz-Algorithm") !== undefined) {
    const claim = readPresignedClaim(request, services.clock.now());
    return await bySignature(services, withHeaderAliases(request, "query"), claim, request);
  }
  if (kind === "OBS") {
    return await byObsSignature(services, request);
  }
  if (kind === "SDK-HMAC-SHA256" || request.header("x-auth-token") !== undefined) {
    const principal = await services.authenticate(asSignedRequest(request));
    return { request: withHeaderAliases(request, "x-obs"), principal, bodySigning: ownBodySigning(request) };
  }
  if (kind !== "" || request.parameter("Signature") !== undefined) {
    throw new ServiceError("obs.InvalidRequest.signatureVersion", {
      kind: kind === "AWS" || kind === "" ? "AWS Signature Version 2" : kind.slice(0, 40),
    });
  }
  throw new ServiceError("obs.AccessDenied.anonymous");
}

async function bySignature(
  services: AuthenticationServices,
  request: ObsRequest,
  claim: SignatureClaim,
  asSent: ObsRequest = request,
): Promise<AuthenticatedRequest> {
  const signer = await requireSigner(services, asSent, claim.scope.access);
  const context = verifyClaim(asSent, claim, signer.secret);
  const principal = await signerPrincipal(services, signer);
  return { request, principal, bodySigning: bodySigningOf(claim.payloadHash, context, claim.signature) };
}

async function byObsSignature(services: AuthenticationServices, request: ObsRequest): Promise<AuthenticatedRequest> {
  const { access, signature } = readObsClaim(request);
  const signer = await requireSigner(services, request, access);
  verifyObsSignature(request, signature, { secret: signer.secret, now: services.clock.now() });
  const principal = await signerPrincipal(services, signer);
  return { request: withHeaderAliases(request, "x-obs"), principal, bodySigning: { kind: "plain" } };
}

/** A body streams here, so it has to say its digest; a request without one has the digest of nothing. */
function asSignedRequest(request: ObsRequest): SignedRequest {
  const hasBody = (request.header("content-length") ?? "0") !== "0" || request.header("transfer-encoding") !== undefined;
  return { method: request.method, target: request.target, header: request.header, body: hasBody ? undefined : new Uint8Array() };
}

/** With the service's own signatures a body is plain; its digest, where it was signed, is checked like any other. */
function ownBodySigning(request: ObsRequest): BodySigning {
  const sha256 = request.header("x-sdk-content-sha256")?.toLowerCase();
  return { kind: "plain", sha256: sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined };
}
