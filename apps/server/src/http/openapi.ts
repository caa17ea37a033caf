import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { version } from "../config/version.ts";

/**
 * Describes the routes that are registered on `app` after this call, from the schemas that validate them: OpenAPI 3.1 at
 * `/openapi/<family>.json`.
 */
export async function describeRoutes(app: FastifyInstance, family: string, title: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title, version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
      components: {
        securitySchemes: { token: { type: "apiKey", in: "header", name: "X-Auth-Token", description: "From POST /v3/auth/tokens" } },
      },
      security: [{ token: [] }],
    },
    // Which rights a call needs is part of what it is: the page of permissions is made from it.
    transform: ({ schema, url, route }) => ({ url, schema: { ...schema, "x-required-actions": route.config?.access ?? [] } }),
  });
  app.get(`/openapi/${family}.json`, { config: { access: "anyone" }, schema: { hide: true } }, async () => app.swagger());
}
