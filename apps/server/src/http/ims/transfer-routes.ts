import { Type } from "typebox";
import { CopyImageBody } from "@tintype/contract/ims/copy-image.ts";
import { CreateImageBody, JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ExportImageBody } from "@tintype/contract/ims/export-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { copyImage } from "../../copies/copy-image.ts";
import { exportImage } from "../../transfers/export-image.ts";
import { importImage } from "../../transfers/import-image.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseCreateBody } from "./parse-create-body.ts";
import { parseEncryption } from "./parse-encryption.ts";
import { parseExportBody } from "./parse-export-body.ts";

const tags = ["transfers"];
const params = Type.Object({ image_id: Type.String() });
const response = { 200: JobStarted, "4xx": ImsError };

/** Makes images from files, files from images, and images from images. The newer paths take the same bodies and answer the same. */
export function addTransferRoutes(app: ImsApp, services: ImsServices): void {
  addImportRoutes(app, services);
  addExportRoutes(app, services);
  addCopyRoutes(app, services);
}

function addImportRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v2/cloudimages/action", operationId: "createImage" },
    { path: "/v2.1/cloudimages/action", operationId: "createImageInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Make an image from a file in a bucket", tags, body: CreateImageBody, response };
    app.post(path, { schema }, async (request) => ({
      job_id: await importImage(services, request.principal, parseCreateBody(request.body)),
    }));
  }
}

function addExportRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/:image_id/file", operationId: "exportImage" },
    { path: "/v2.1/cloudimages/:image_id/file", operationId: "exportImageInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Write an image to a bucket", tags, params, body: ExportImageBody, response };
    app.post(path, { schema }, async (request) => ({
      job_id: await exportImage(services, request.principal, { imageId: request.params.image_id, ...parseExportBody(request.body) }),
    }));
  }
}

function addCopyRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/:image_id/copy", operationId: "copyImageInRegion" },
    { path: "/v2.1/cloudimages/:image_id/copy", operationId: "copyImageInRegionInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Copy an image within the region", tags, params, body: CopyImageBody, response };
    app.post(path, { schema }, async (request) => ({
      job_id: await copyImage(services, request.principal, {
        imageId: request.params.image_id,
        name: request.body.name,
        description: request.body.description ?? "",
        enterpriseProjectId: request.body.enterprise_project_id ?? "0",
        encryption: parseEncryption(request.body),
      }),
    }));
  }
}
