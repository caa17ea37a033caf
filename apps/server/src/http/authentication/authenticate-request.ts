import { sdkHmacAlgorithm } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { IdentityDeps } from "../../identity/identity-deps.ts";
import { readToken } from "../../identity/read-token.ts";
import { verifySignature } from "../../identity/verify-signature.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import type { Principal } from "../../ports/principal.ts";

/**
 * Finds out who sent a request: by the token in `X-Auth-Token`, or by an SDK-HMAC-SHA256 signature.
 *
 * Throws  identity.authenticationRequired, what `readToken` and `verifySignature` throw
 */
export async function authenticateRequest(
  deps: Pick<IdentityDeps, "catalog" | "clock" | "region">,
  request: SignedRequest,
): Promise<Principal> {
  const token = request.header("x-auth-token");
  if (token !== undefined && token !== "") {
    return (await readToken(deps, token)).principal;
  }
  if (request.header("authorization")?.startsWith(sdkHmacAlgorithm) === true) {
    return await verifySignature(deps, request);
  }
  throw new ServiceError("identity.authenticationRequired");
}
