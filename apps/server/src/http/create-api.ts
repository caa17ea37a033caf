import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { version } from "../config/version.ts";
import type { Metrics } from "../observability/metrics.ts";
import { apiPlugin } from "./api/api-plugin.ts";
import type { ApiServices } from "./api/api-plugin.ts";
import { requirePrincipal } from "./authentication/require-principal.ts";
import type { AppOptions } from "./create-app.ts";
import { createApp } from "./create-app.ts";
import { ctsPlugin } from "./cts/cts-plugin.ts";
import type { CtsServices } from "./cts/cts-services.ts";
import { epsPlugin } from "./eps/eps-plugin.ts";
import type { EpsServices } from "./eps/eps-services.ts";
import { identityExtensionsPlugin, identityPlugin } from "./identity/identity-plugin.ts";
import type { IdentityServices } from "./identity/identity-services.ts";
import { imageV2Prefix } from "./image-v2/image-v2-app.ts";
import { imageV2Plugin } from "./image-v2/image-v2-plugin.ts";
import type { ImageV2Services } from "./image-v2/image-v2-services.ts";
import { imsPlugin } from "./ims/ims-plugin.ts";
import type { ImsServices } from "./ims/ims-services.ts";
import { kmsPlugin } from "./kms/kms-plugin.ts";
import type { KmsServices } from "./kms/kms-services.ts";
import { describeRoutes } from "./openapi.ts";
import { opsPlugin } from "./ops/ops-plugin.ts";
import { tmsPlugin } from "./tms/tms-plugin.ts";
import type { TmsServices } from "./tms/tms-services.ts";
import { tusPlugin } from "./tus/tus-plugin.ts";
import type { TusServices } from "./tus/tus-services.ts";

/** What the dialects on the API's port work with. */
export type ApiPortServices = Omit<
  IdentityServices & ImsServices & ApiServices & KmsServices & CtsServices & EpsServices & TmsServices & ImageV2Services & TusServices,
  "requirePrincipal"
> &
  Pick<AppOptions, "recorder" | "trustedProxies" | "tls" | "onRoute"> & {
    readonly log: FastifyBaseLogger;
    readonly metrics: Metrics;
    readonly maxBodyBytes: number;
    readonly checks: Parameters<typeof opsPlugin>[0]["checks"];
  };

/** The API's port: every dialect but the buckets', each with its own document. */
export async function createApi(services: ApiPortServices): Promise<FastifyInstance> {
  const { log, ids, metrics, maxBodyBytes, checks, recorder, trustedProxies, tls, onRoute } = services;
  const app = createApp({ log, ids, maxBodyBytes, metrics, recorder, trustedProxies, tls, onRoute });
  const dialects = { ...services, requirePrincipal: requirePrincipal(services) };
  await app.register(opsPlugin({ version, checks, metrics }));
  await app.register(async (scope) => {
    await describeRoutes(scope, "identity", "Tintype identity (OpenStack Identity v3)");
    await scope.register(identityPlugin(dialects), { prefix: "/v3" });
    await scope.register(identityExtensionsPlugin(dialects), { prefix: "/v3.0" });
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
    await describeRoutes(scope, "cts", "Tintype audit trail (Huawei Cloud CTS)");
    await scope.register(ctsPlugin(dialects));
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "eps", "Tintype enterprise projects (Huawei Cloud EPS)");
    await scope.register(epsPlugin(dialects));
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "tms", "Tintype tags (Huawei Cloud TMS)");
    await scope.register(tmsPlugin(dialects));
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "image-v2", "Tintype images (OpenStack Image API v2)");
    await scope.register(imageV2Plugin(dialects), { prefix: imageV2Prefix });
  });
  await app.register(async (scope) => {
    await describeRoutes(scope, "api", "Tintype");
    await scope.register(apiPlugin(dialects));
    await scope.register(tusPlugin(dialects));
  });
  return app;
}
