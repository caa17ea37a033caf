import type { AuthTokensBody } from "@tintype/contract/identity/auth-tokens.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Proof, TokenRequest } from "../../identity/issue-token.ts";
import type { Principal } from "../../ports/principal.ts";

/**
 * Reads the credentials of a token request, and what it is for. For acting as an agency the caller has to be known already.
 *
 * Throws  identity.methodUnsupported, identity.scopeUnsupported
 */
export function parseAuthBody({ auth }: AuthTokensBody, caller?: Principal): TokenRequest {
  return { proof: proofOf(auth.identity, caller), ...scopeOf(auth.scope) };
}

function proofOf(
  { methods, password, token, assume_role: assumed }: AuthTokensBody["auth"]["identity"],
  caller: Principal | undefined,
): Proof {
  const [method, ...others] = methods;
  if (others.length === 0 && method === "password" && password !== undefined) {
    return { method, user: password.user, password: password.user.password };
  }
  if (others.length === 0 && method === "token" && token !== undefined) {
    return { method, token: token.id };
  }
  if (others.length === 0 && method === "assume_role" && assumed !== undefined && caller !== undefined) {
    const domain = { id: assumed.domain_id, name: assumed.domain_name };
    return { method: "assumeRole", caller, agency: { name: assumed.agency_name, domain } };
  }
  throw new ServiceError("identity.methodUnsupported", { methods: methods.join(", ").slice(0, 100) });
}

function scopeOf(scope: AuthTokensBody["auth"]["scope"]): Omit<TokenRequest, "proof"> {
  if (scope === undefined || scope === "unscoped") {
    return { scope: undefined };
  }
  if (scope.project === undefined && scope.domain !== undefined) {
    return { scope: undefined, domainScope: scope.domain };
  }
  if (scope.project === undefined) {
    throw new ServiceError("identity.scopeUnsupported", { scope: Object.keys(scope).join(", ") || "nothing" });
  }
  return { scope: scope.project };
}
