import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { AuthTokensBody, TokenBody } from "@tintype/contract/identity/auth-tokens.ts";
import { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import { isServiceError, ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest } from "fastify";
import { mayDo } from "../../identity/authorize.ts";
import { forbidden } from "../../identity/forbidden.ts";
import { issueToken } from "../../identity/issue-token.ts";
import { readToken } from "../../identity/read-token.ts";
import type { ReadToken } from "../../identity/read-token.ts";
import { revokeToken } from "../../identity/revoke-token.ts";
import { traced } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";
import { parseAuthBody } from "./parse-auth-body.ts";
import { serviceCatalog } from "./service-catalog.ts";
import { toTokenBody } from "./to-token-body.ts";

type App = Parameters<FastifyPluginAsyncTypebox>[0];
const TokenQuery = Type.Object({ nocatalog: Type.Optional(Type.Unknown()) });
const tags = ["tokens"];

/** Issues, shows and revokes tokens. */
export function addTokenRoutes(app: App, services: IdentityServices): void {
  const catalogFor = (query: { nocatalog?: unknown }) =>
    "nocatalog" in query ? undefined : serviceCatalog(services.region, services.urls());

  app.post(
    "/auth/tokens",
    {
      config: { access: "anyone", trace: traced("token", "createToken") },
      schema: {
        operationId: "issueToken",
        summary: "Issue a token",
        tags,
        security: [],
        querystring: TokenQuery,
        body: AuthTokensBody,
        response: { 201: TokenBody, "4xx": IdentityErrorBody },
      },
    },
    async function issue(request, reply) {
      // Who tried, should it be refused.
      const { name, id } = request.body.auth.identity.password?.user ?? {};
      request.traced = { resourceId: id, resourceName: name };
      if (request.body.auth.identity.methods.includes("assume_role")) {
        // Whoever acts as an agency says first who it is.
        await services.requirePrincipal.call(app, request, reply);
      }
      const { token, record, principal } = await issueToken(services, parseAuthBody(request.body, request.principal));
      // The call brings no credentials but those in its body.
      request.traced = { principal, resourceId: principal.userId, resourceName: principal.userName };
      return await reply
        .code(201)
        .header("x-subject-token", token)
        .send(toTokenBody(record, principal, catalogFor(request.query)));
    },
  );

  const shown = { operationId: "showToken", summary: "Show what a token stands for", tags, querystring: TokenQuery };
  app.get(
    "/auth/tokens",
    { config: { access: "authenticated" }, schema: { ...shown, response: { 200: TokenBody, "4xx": IdentityErrorBody } } },
    async (request, reply) => {
      const { record, principal } = await subjectToken(services, request);
      return await reply.header("x-subject-token", subjectOf(request)).send(toTokenBody(record, principal, catalogFor(request.query)));
    },
  );
  app.delete(
    "/auth/tokens",
    {
      config: { access: "authenticated", trace: traced("token", "deleteToken") },
      schema: { operationId: "revokeToken", summary: "Revoke a token", tags, response: { 204: Type.Null(), "4xx": IdentityErrorBody } },
    },
    async (request, reply) => {
      await subjectToken(services, request);
      await revokeToken(services, subjectOf(request));
      return await reply.code(204).send(null);
    },
  );
}

/** The token that a caller asks about. Only its own user and an administrator may. */
async function subjectToken(services: IdentityServices, request: FastifyRequest): Promise<ReadToken> {
  try {
    const subject = await readToken(services, subjectOf(request));
    const { principal } = request;
    if (subject.who.user.id !== (principal.actor ?? principal).userId && !mayDo(principal, "tintype:tokens:showAny")) {
      throw forbidden(principal, "tintype:tokens:showAny");
    }
    return subject;
  } catch (error) {
    if (isServiceError(error) && (error.code === "identity.tokenUnknown" || error.code === "identity.tokenExpired")) {
      throw new ServiceError("identity.subjectTokenUnknown", {}, { cause: error });
    }
    throw error;
  }
}

function subjectOf(request: FastifyRequest): string {
  const token = request.headers["x-subject-token"];
  if (typeof token !== "string" || token === "") {
    throw new ServiceError("identity.subjectTokenMissing");
  }
  return token;
}
