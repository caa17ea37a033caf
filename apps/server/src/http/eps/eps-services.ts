import type { preValidationAsyncHookHandler } from "fastify";
import type { EnterpriseProjectsDeps } from "../../enterprise-projects/enterprise-projects-deps.ts";
import type { Limits } from "../../quotas/limits.ts";

/** What the dialect of enterprise projects works with. */
export interface EpsServices extends EnterpriseProjectsDeps {
  readonly limits: Limits;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
