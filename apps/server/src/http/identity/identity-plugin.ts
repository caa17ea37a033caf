import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { VersionBody } from "@tintype/contract/identity/listings.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { guardRoutes } from "../authentication/guard-routes.ts";
import { addAgencyRoutes } from "./agency-routes.ts";
import { answerIdentityError } from "./answer-identity-error.ts";
import { addAssignmentListRoute, addAssignmentRoutes } from "./assignment-routes.ts";
import { addCredentialRoutes } from "./credential-routes.ts";
import { addGroupRoutes } from "./group-routes.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";
import { addListingRoutes } from "./listing-routes.ts";
import { addProjectRoutes } from "./project-routes.ts";
import { addPolicyRoutes, addRoleRoutes } from "./role-routes.ts";
import { addSecurityTokenRoutes } from "./security-token-routes.ts";
import { addTokenRoutes } from "./token-routes.ts";
import { addUserRoutes } from "./user-routes.ts";

/** The part of OpenStack Identity v3 that clients of images need. Register it under `/v3`. */
export function identityPlugin(services: IdentityServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    prepare(app, services);
    app.get(
      "/",
      {
        config: { access: "anyone" },
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
    addProjectRoutes(app, services);
    addUserRoutes(app, services);
    addGroupRoutes(app, services);
    addRoleRoutes(app, services);
    addAssignmentRoutes(app, services, "v3");
    addAssignmentListRoute(app, services);
  };
}

/** What Huawei Cloud IAM adds to it: custom policies, access keys, agencies. Register it under `/v3.0`. */
export function identityExtensionsPlugin(services: IdentityServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    prepare(app, services);
    addPolicyRoutes(app, services);
    addCredentialRoutes(app, services);
    addSecurityTokenRoutes(app, services);
    addAgencyRoutes(app, services);
    addAssignmentRoutes(app, services, "v3.0");
  };
}

function prepare(app: IdentityApp, services: IdentityServices): void {
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setErrorHandler(answerIdentityError);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    return answerIdentityError(new ServiceError("ops.routeNotFound", { method: request.method, path }), request, reply);
  });
  guardRoutes(app, services.requirePrincipal);
}
