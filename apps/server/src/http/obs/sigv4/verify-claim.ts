import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObsRequest } from "../obs-request.ts";
import { canonicalRequest } from "./canonical-request.ts";
import { headerAlgorithm } from "./header-claim.ts";
import { isSameSignature, sha256Hex, sign, signingKey } from "./signature.ts";
import type { SigningContext } from "./signature.ts";
import type { SignatureClaim } from "./signature-claim.ts";

/**
 * Verifies what a request claims with the secret key; answers what later signatures of its body are made with.
 *
 * Throws  obs.SignatureDoesNotMatch, obs.AccessDenied.unsignedHeader
 */
export function verifyClaim(request: ObsRequest, claim: SignatureClaim, secret: string): SigningContext {
  const context = { key: signingKey(secret, claim.scope), amzDate: claim.amzDate, scope: claim.scope };
  const canonicalRequestHash = sha256Hex(canonicalRequest(request, claim));
  if (!isSameSignature(sign(context, headerAlgorithm, canonicalRequestHash), claim.signature)) {
    throw new ServiceError("obs.SignatureDoesNotMatch", { canonicalRequestHash });
  }
  // A header that changes what the request does must not be added by whoever carries a presigned URL.
  for (const header of request.headerNames) {
    if (/^x-(amz|obs)-/.test(header) && !claim.signedHeaders.includes(header) && header !== "x-amz-content-sha256") {
      throw new ServiceError("obs.AccessDenied.unsignedHeader", { header });
    }
  }
  return context;
}
