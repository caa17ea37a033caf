import { Type } from "typebox";
import { JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ExportImageBody } from "@tintype/contract/ims/export-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { exportImage } from "../../transfers/export-image.ts";
import type { RouteTrace } from "../route-access.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseExportBody } from "./parse-export-body.ts";

const tags = ["transfers"];
const params = Type.Object({ image_id: Type.String() });
const response = { 200: JobStarted, "4xx": ImsError };
const trace: RouteTrace = { service: "IMS", resourceType: "ims", name: "exportImage" };

/** Makes files from images. The newer path takes the same body and answers the same. */
export function addExportRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/:image_id/file", operationId: "exportImage" },
    { path: "/v2.1/cloudimages/:image_id/file", operationId: "exportImageInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Write an image to a bucket", tags, params, body: ExportImageBody, response };
    app.post(path, { schema, config: { access: ["ims:images:export"], trace } }, async (request) => ({
      job_id: await exportImage(services, request.principal, { imageId: request.params.image_id, ...parseExportBody(request.body) }),
    }));
  }
}
