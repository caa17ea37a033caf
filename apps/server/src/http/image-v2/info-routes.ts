import { importMethods } from "@tintype/contract/image-v2/import-methods.table.ts";
import { ImportInfo, UsageInfo } from "@tintype/contract/image-v2/imports.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireAdministrator } from "../../image-imports/image-tasks.ts";
import { imageUsage } from "../../image-imports/image-usage.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";

const tags = ["discovery"];
const config = { access: ["ims:images:list"] } as const;
const bytesPerMiB = 1024 * 1024;
/** What stands for a limit where there is none. */
const unlimited = -1;

/** Tells what the service can do, and how much of it the caller's project has used. */
export function addInfoRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    "/v2/info/import",
    {
      config,
      schema: { operationId: "showImportMethods", summary: "List the import methods", tags, response: { 200: ImportInfo, ...refusals } },
    },
    async () => ({ "import-methods": { description: "Import methods available.", type: "array", value: [...importMethods] } }),
  );
  app.get(
    "/v2/info/stores",
    { config, schema: { operationId: "listStores", summary: "List the stores, where there are several", tags, response: refusals } },
    async () => refuseStores(),
  );
  app.get(
    "/v2/info/stores/detail",
    {
      config,
      schema: { operationId: "listStoreDetails", summary: "List the stores in detail, where there are several", tags, response: refusals },
    },
    async ({ principal }) => {
      requireAdministrator(principal);
      return refuseStores();
    },
  );
  app.get(
    "/v2/info/usage",
    {
      config,
      schema: {
        operationId: "showUsage",
        summary: "Show what the project has, and may have",
        tags,
        response: { 200: UsageInfo, ...refusals },
      },
    },
    async ({ principal }) => {
      const { images, uploading, fileBytes, stagedBytes } = await imageUsage(services, principal);
      return {
        usage: {
          image_size_total: { usage: Math.ceil(fileBytes / bytesPerMiB), limit: unlimited },
          image_stage_total: { usage: Math.ceil(stagedBytes / bytesPerMiB), limit: unlimited },
          image_count_total: { usage: images.used, limit: images.limit },
          image_count_uploading: { usage: uploading, limit: unlimited },
        },
      };
    },
  );
}

function refuseStores(): never {
  throw new ServiceError("image.oneStore");
}
