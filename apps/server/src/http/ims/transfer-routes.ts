import { Type } from "typebox";
import { CreateImageBody, JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ExportImageBody } from "@tintype/contract/ims/export-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { exportImage } from "../../transfers/export-image.ts";
import { importImage } from "../../transfers/import-image.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseCreateBody } from "./parse-create-body.ts";
import { parseExportBody } from "./parse-export-body.ts";

const tags = ["transfers"];
const response = { 200: JobStarted, "4xx": ImsError };

/** Makes images from files, and files from images. The newer paths take the same bodies and answer the same. */
export function addTransferRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v2/cloudimages/action", operationId: "createImage" },
    { path: "/v2.1/cloudimages/action", operationId: "createImageInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Make an image from a file in a bucket", tags, body: CreateImageBody, response };
    app.post(path, { schema }, async (request) => ({
      job_id: await importImage(services, request.principal, parseCreateBody(request.body)),
    }));
  }
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/:image_id/file", operationId: "exportImage" },
    { path: "/v2.1/cloudimages/:image_id/file", operationId: "exportImageInSafeMode" },
  ]) {
    const schema = {
      operationId,
      summary: "Write an image to a bucket",
      tags,
      params: Type.Object({ image_id: Type.String() }),
      body: ExportImageBody,
      response,
    };
    app.post(path, { schema }, async (request) => ({
      job_id: await exportImage(services, request.principal, { imageId: request.params.image_id, ...parseExportBody(request.body) }),
    }));
  }
}
