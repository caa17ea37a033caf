import type { AuthTokensBody } from "@tintype/contract/identity/auth-tokens.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Proof, Reference } from "../../identity/issue-token.ts";

/**
 * Reads the credentials of a token request, and the project it is for.
 *
 * Throws  identity.methodUnsupported, identity.scopeUnsupported
 */
export function parseAuthBody({ auth }: AuthTokensBody): { readonly proof: Proof; readonly scope: Reference | undefined } {
  return { proof: proofOf(auth.identity), scope: scopeOf(auth.scope) };
}

function proofOf({ methods, password, token }: AuthTokensBody["auth"]["identity"]): Proof {
  const [method, ...others] = methods;
  if (others.length === 0 && method === "password" && password !== undefined) {
    return { method, user: password.user, password: password.user.password };
  }
  if (others.length === 0 && method === "token" && token !== undefined) {
    return { method, token: token.id };
  }
  throw new ServiceError("identity.methodUnsupported", { methods: methods.join(", ").slice(0, 100) });
}

function scopeOf(scope: AuthTokensBody["auth"]["scope"]): Reference | undefined {
  if (scope === undefined || scope === "unscoped") {
    return undefined;
  }
  if (scope.project === undefined) {
    throw new ServiceError("identity.scopeUnsupported", { scope: Object.keys(scope).join(", ") || "nothing" });
  }
  return scope.project;
}
