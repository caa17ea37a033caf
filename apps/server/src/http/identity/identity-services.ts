import type { preValidationAsyncHookHandler } from "fastify";
import type { IdentityDeps } from "../../identity/identity-deps.ts";
import type { PublicUrls } from "./service-catalog.ts";

/** What the identity dialect works with. */
export interface IdentityServices extends IdentityDeps {
  readonly urls: () => PublicUrls;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
