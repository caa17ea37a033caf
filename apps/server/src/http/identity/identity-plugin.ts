import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { VersionBody } from "@tintype/contract/identity/listings.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerIdentityError } from "./answer-identity-error.ts";
import type { IdentityServices } from "./identity-services.ts";
import { addListingRoutes } from "./listing-routes.ts";
import { addTokenRoutes } from "./token-routes.ts";

/** The part of OpenStack Identity v3 that clients of images need. Register it under `/v3`. */
export function identityPlugin(services: IdentityServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.setErrorHandler(answerIdentityError);
    app.setNotFoundHandler((request, reply) => {
      const path = request.url.split("?")[0] ?? "";
      return answerIdentityError(new ServiceError("ops.routeNotFound", { method: request.method, path }), request, reply);
    });
    app.get(
      "/",
      {
        schema: {
          operationId: "showVersion",
          summary: "Show the version",
          tags: ["version"],
          security: [],
          response: { 200: VersionBody },
        },
      },
      async () => ({
        version: {
          id: "v3.14",
          status: "stable",
          updated: "2020-04-07T00:00:00Z",
          links: [{ rel: "self", href: `${services.urls().http}/v3/` }],
          "media-types": [{ base: "application/json", type: "application/vnd.openstack.identity-v3+json" }],
        },
      }),
    );
    addTokenRoutes(app, services);
    addListingRoutes(app, services);
  };
}
