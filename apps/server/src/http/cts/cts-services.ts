import type { preValidationAsyncHookHandler } from "fastify";
import type { ListTracesDeps } from "../../audit/list-traces.ts";
import type { TrackerDeps } from "../../audit/change-tracker.ts";
import type { Catalog } from "../../ports/catalog.ts";

/** What the CTS dialect works with. */
export interface CtsServices extends ListTracesDeps, TrackerDeps {
  readonly catalog: Catalog;
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}
