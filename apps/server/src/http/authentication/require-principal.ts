import type { FastifyRequest, preValidationAsyncHookHandler } from "fastify";
import type { IdentityDeps } from "../../identity/identity-deps.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import { authenticateRequest } from "./authenticate-request.ts";
import "./fastify-request.ts";

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
