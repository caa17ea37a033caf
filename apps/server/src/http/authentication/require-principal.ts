import { isServiceError, ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest, preValidationAsyncHookHandler } from "fastify";
import type { IdentityDeps } from "../../identity/identity-deps.ts";
import type { SignedRequest } from "../../identity/verify-signature.ts";
import type { Principal } from "../../ports/principal.ts";
import { unbroken } from "../unbroken.ts";
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

/** Clients that send a body with a GET send a few bytes. */
const longestIgnoredBody = 64 * 1024;

/**
 * A hook that lets a request pass when its sender is known, as `request.principal`. It runs after the body was read, since signatures cover it.
 * A refusal tells where credentials are to be had.
 */
export function requirePrincipal(deps: Pick<IdentityDeps, "catalog" | "clock" | "region">): preValidationAsyncHookHandler {
  return async (request, reply) => {
    try {
      request.principal = await authenticateRequest(deps, await signedRequest(request));
    } catch (error) {
      if (isServiceError(error) && error.status === 401) {
        reply.header("www-authenticate", `Keystone uri="${request.protocol}://${request.host}/v3"`);
      }
      throw error;
    }
  };
}

async function signedRequest(request: FastifyRequest): Promise<SignedRequest> {
  return {
    method: request.method,
    target: request.originalUrl,
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(",") : value;
    },
    body: request.routeOptions.config.streamsBody === true ? undefined : (request.rawBody ?? (await ignoredBody(request))),
  };
}

/**
 * The body of a request whose method has none by rule, so that nobody has read it: one SDK sends `{}` with its GETs, and signs it.
 *
 * Throws  ops.bodyTooLarge, ops.bodyBroken
 */
async function ignoredBody({ method, headers, raw }: FastifyRequest): Promise<Uint8Array> {
  if (headers["content-length"] === undefined && headers["transfer-encoding"] === undefined) {
    return nothing;
  }
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  if (method === "GET" || method === "HEAD") {
    for await (const piece of unbroken<Buffer>(raw)) {
      pieces.push(piece);
      lengthBytes += piece.length;
      if (lengthBytes > longestIgnoredBody) {
        throw new ServiceError("ops.bodyTooLarge", { limitBytes: longestIgnoredBody });
      }
    }
  }
  return Buffer.concat(pieces);
}
