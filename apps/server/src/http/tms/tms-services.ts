import type { preValidationAsyncHookHandler } from "fastify";
import type { ImageTagsDeps } from "../../tags/image-tags-deps.ts";

/** What the TMS dialect works with. */
export interface TmsServices extends ImageTagsDeps {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
