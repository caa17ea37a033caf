import type { Principal } from "../../ports/principal.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who calls. Set by `requirePrincipal`, on routes that have it. */
    principal: Principal;
    /** The body's bytes as they came: signatures are made over them. Undefined when there was no body. */
    rawBody?: Buffer;
  }
}
