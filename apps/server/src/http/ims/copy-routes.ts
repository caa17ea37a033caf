import { Type } from "typebox";
import { CopyImageBody, CrossRegionCopyBody } from "@tintype/contract/ims/copy-image.ts";
import { JobStarted } from "@tintype/contract/ims/create-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { copyImageCrossRegion } from "../../copies/copy-image-cross-region.ts";
import { copyImage } from "../../copies/copy-image.ts";
import type { RouteTrace } from "../route-access.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseEncryption } from "./parse-encryption.ts";

const tags = ["transfers"];
const params = Type.Object({ image_id: Type.String() });
const response = { 200: JobStarted, "4xx": ImsError };
const trace: RouteTrace = { service: "IMS", resourceType: "ims", name: "copyImage" };

/** Makes images from images. The newer path takes the same body and answers the same. */
export function addCopyRoutes(app: ImsApp, services: ImsServices): void {
  addCrossRegionRoute(app, services);
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/:image_id/copy", operationId: "copyImageInRegion" },
    { path: "/v2.1/cloudimages/:image_id/copy", operationId: "copyImageInRegionInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Copy an image within the region", tags, params, body: CopyImageBody, response };
    app.post(path, { schema, config: { access: ["ims:images:copy"], trace } }, async (request) => ({
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

function addCrossRegionRoute(app: ImsApp, services: ImsServices): void {
  const operationId = "copyImageCrossRegion";
  const schema = { operationId, summary: "Copy an image to another region", tags, params, body: CrossRegionCopyBody, response };
  app.post(
    "/v1/cloudimages/:image_id/cross_region_copy",
    { schema, config: { access: ["ims:images:copy"], trace } },
    async ({ principal, params: { image_id: imageId }, body }) =>
      await copyImageCrossRegion(services, principal, {
        imageId,
        name: body.name ?? "",
        description: body.description ?? "",
        region: body.region ?? "",
        projectName: body.project_name ?? "",
        agencyName: body.agency_name ?? "",
      }),
  );
}
