import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { version } from "../config/version.ts";
import type { Metrics } from "../observability/metrics.ts";
import { apiPlugin } from "./api/api-plugin.ts";
import type { ApiServices } from "./api/api-plugin.ts";
import { requirePrincipal } from "./authentication/require-principal.ts";
import { createApp } from "./create-app.ts";
import { identityPlugin } from "./identity/identity-plugin.ts";
import type { IdentityServices } from "./identity/identity-services.ts";
import { imsPlugin } from "./ims/ims-plugin.ts";
import type { ImsServices } from "./ims/ims-services.ts";
import { kmsPlugin } from "./kms/kms-plugin.ts";
import type { KmsServices } from "./kms/kms-services.ts";
import { describeRoutes } from "./openapi.ts";
import { opsPlugin } from "./ops/ops-plugin.ts";

/** What the dialects on the API's port work with. */
export type ApiPortServices = Omit<IdentityServices & ImsServices & ApiServices & KmsServices, "requirePrincipal"> & {
  readonly log: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly maxBodyBytes: number;
  readonly checks: Parameters<typeof opsPlugin>[0]["checks"];
};

/** The API's port: every dialect but the buckets', each with its own document. */
export async function createApi(services: ApiPortServices): Promise<FastifyInstance> {
  const { log, ids, metrics, maxBodyBytes, checks } = services;
  const app = createApp({ log, ids, maxBodyBytes, metrics });
  const dialects = { ...services, requirePrincipal: requirePrincipal(services) };
  await app.register(opsPlugin({ version, checks, metrics }));
  await app.register(async (scope) => {
    await describeRoutes(scope, "identity", "Tintype identity (OpenStack Identity v3)");
    await scope.register(identityPlugin(dialects), { prefix: "/v3" });
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "ims", "Tintype images (Huawei Cloud IMS)");
    await scope.register(imsPlugin(dialects));
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "kms", "Tintype keys (Huawei Cloud KMS)");
    await scope.register(kmsPlugin(dialects));
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "api", "Tintype");
    await scope.register(apiPlugin(dialects));
  });
  return app;
}
