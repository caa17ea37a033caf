import type { Action } from "@tintype/contract/permissions/actions.table.ts";

/** What an audit trace says about a call: the service and kind of thing it changes, and the documented name of the operation. */
export interface RouteTrace {
  readonly service: string;
  readonly resourceType: string;
  readonly name: string;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /**
     * The actions of which a caller needs one; `anyone` for routes that need no credentials, `authenticated` for those that need nothing
     * but these. Every route says so.
     */
    access?: readonly Action[] | "anyone" | "authenticated";
    /** Present on every route that changes something. */
    trace?: RouteTrace;
    /** True where the handler takes the body as it comes: whoever signs the request states the digest of it. */
    streamsBody?: true;
  }
}
