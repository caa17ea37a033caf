import { ImportInfo, UsageInfo } from "@tintype/contract/image-v2/imports.ts";
import { imageUsage } from "../../image-imports/image-usage.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { methodsFor } from "./methods-for.ts";

const tags = ["discovery"];
const config = { access: ["ims:images:list"] } as const;
const bytesPerMiB = 1024 * 1024;
/** What stands for a limit where there is none. */
const orUnlimited = (limit: number): number => (limit === 0 ? -1 : limit);

/** Tells what the service can do, and how much of it the caller's project has used. */
export function addInfoRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    "/v2/info/import",
    {
      config,
      schema: { operationId: "showImportMethods", summary: "List the import methods", tags, response: { 200: ImportInfo, ...refusals } },
    },
    async () => ({
      "import-methods": { description: "Import methods available.", type: "array", value: [...methodsFor(services.stores)] },
    }),
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
      const { images, incoming, storedBytes, stagedBytes } = await imageUsage(services, principal);
      const { imageApi, images: ofImages } = services.limits;
      return {
        usage: {
          image_size_total: { usage: Math.ceil(storedBytes / bytesPerMiB), limit: orUnlimited(imageApi.storedGiB * 1024) },
          image_stage_total: { usage: Math.ceil(stagedBytes / bytesPerMiB), limit: orUnlimited(imageApi.stagedGiB * 1024) },
          image_count_total: { usage: images, limit: ofImages.perProject },
          image_count_uploading: { usage: incoming, limit: orUnlimited(imageApi.incoming) },
        },
      };
    },
  );
}
