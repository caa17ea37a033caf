import type { preValidationAsyncHookHandler } from "fastify";
import type { KeysDeps } from "../../keys/keys-deps.ts";

/** What the KMS dialect works with. */
export interface KmsServices extends KeysDeps {
  /** Name of this region: a key's realm. */
  readonly region: string;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
