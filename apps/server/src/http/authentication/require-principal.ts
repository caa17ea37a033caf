import type { FastifyRequest, preValidationAsyncHookHandler } from "fastify";
import type { IdentityDeps } from "../../identity/identity-deps.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import type { Principal } from "../../ports/principal.ts";
import { authenticateRequest } from "./authenticate-request.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who calls. Set by `requirePrincipal`, on routes that have it. */
    principal: Principal;
    /** The body's bytes as they came: signatures are made over them. Undefined when there was no body. */
    rawBody?: Buffer;
  }
}

const nothing = new Uint8Array();

/** A hook that lets a request pass when its sender is known, as `request.principal`. It runs after the body was read, since signatures cover it. */
export function requirePrincipal(deps: Pick<IdentityDeps, "catalog" | "clock" | "region">): preValidationAsyncHookHandler {
  return async (request) => {
    request.principal = await authenticateRequest(deps, signedRequest(request));
  };
}

function signedRequest(request: FastifyRequest): SignedRequest {
  return {
    method: request.method,
    target: request.raw.url ?? "/",
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    },
    body: request.rawBody ?? nothing,
  };
}
