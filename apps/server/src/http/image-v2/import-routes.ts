import { copyMethod } from "@tintype/contract/image-v2/import-methods.table.ts";
import { ImageTasksAnswer, ImportImageBody } from "@tintype/contract/image-v2/imports.ts";
import { Type } from "typebox";
import { tasksOfImage } from "../../image-imports/image-tasks.ts";
import { taskWorkOf } from "../../image-imports/import-work.ts";
import { startImageImport } from "../../image-imports/start-image-import.ts";
import { startStoreCopy } from "../../image-imports/start-store-copy.ts";
import { imageParams as params, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { parseImportBody } from "./parse-import-body.ts";
import { toTask } from "./to-task.ts";

const tags = ["imports"];

/** Starts imports of images, and shows how far they are. */
export function addImportRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    `${imagePath}/import`,
    {
      config: traced("ims:images:upload", "importImage"),
      schema: {
        operationId: "importImage",
        summary: "Import an image: from what is staged, from an address, or from another image service; or copy it to more stores",
        tags,
        params,
        body: ImportImageBody,
        response: { 202: Type.String({ maxLength: 0, description: "A task imports it" }), ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, params, headers, id: requestId } = request;
      const { method, wish } = parseImportBody(request.body, headers["x-image-meta-store"], services.stores);
      const asked = { imageId: params.image_id, wish, requestId };
      const job =
        method.name === copyMethod
          ? await startStoreCopy(services, principal, asked)
          : await startImageImport(services, principal, { ...asked, method, type: "api_image_import" });
      // Where there was nothing to copy, no task was needed.
      request.traced = job && { resourceName: taskWorkOf(job).imageName, jobId: job.id };
      return await reply.code(202).send("");
    },
  );
  app.get(
    `${imagePath}/tasks`,
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "listImageTasks",
        summary: "List the tasks of an image, newest first",
        tags,
        params,
        response: { 200: ImageTasksAnswer, ...refusals },
      },
    },
    async ({ principal, params: { image_id: id } }) => ({ tasks: (await tasksOfImage(services, principal, id)).map(toTask) }),
  );
}
