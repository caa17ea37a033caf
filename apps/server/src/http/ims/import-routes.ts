import { CreateDataImageBody } from "@tintype/contract/ims/create-data-image.ts";
import { CreateImageBody, JobStarted } from "@tintype/contract/ims/create-image.ts";
import { CreateWholeImageBody } from "@tintype/contract/ims/create-whole-image.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { QuickImportBody } from "@tintype/contract/ims/quick-import.ts";
import { createImage } from "../../transfers/create-image.ts";
import { createWholeImage } from "../../transfers/create-whole-image.ts";
import { importFiles } from "../../transfers/import-files.ts";
import type { RouteTrace } from "../route-access.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseCreateBody } from "./parse-create-body.ts";
import { parseDataBody } from "./parse-data-body.ts";
import { parseNewImage } from "./parse-new-image.ts";
import { parseQuickBody } from "./parse-quick-body.ts";

const tags = ["transfers"];
const response = { 200: JobStarted, "4xx": ImsError };
const trace: RouteTrace = { service: "IMS", resourceType: "ims", name: "createImage" };

/** Makes images from files. The newer paths take the same bodies and answer the same. */
export function addImportRoutes(app: ImsApp, services: ImsServices): void {
  addSystemImageRoutes(app, services);
  addDataImageRoutes(app, services);
  addWholeImageRoute(app, services);
}

function addSystemImageRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v2/cloudimages/action", operationId: "createImage" },
    { path: "/v2.1/cloudimages/action", operationId: "createImageInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Make images from files in buckets", tags, body: CreateImageBody, response };
    app.post(path, { schema, config: { access: ["ims:serverImages:create", "ims:dataImages:create"], trace } }, async (request) => ({
      job_id: await createImage(services, request.principal, parseCreateBody(services.osLists.current, request.body)),
    }));
  }
  for (const { path, operationId } of [
    { path: "/v2/cloudimages/quickimport/action", operationId: "importImageQuick" },
    { path: "/v2.1/cloudimages/quickimport/action", operationId: "importImageQuickInSafeMode" },
  ]) {
    const schema = { operationId, summary: "Make an image from a file that is taken as it is", tags, body: QuickImportBody, response };
    app.post(path, { schema, config: { access: ["ims:serverImages:create", "ims:dataImages:create"], trace } }, async (request) => ({
      job_id: await importFiles(services, request.principal, parseQuickBody(request.body)),
    }));
  }
}

function addDataImageRoutes(app: ImsApp, services: ImsServices): void {
  for (const { path, operationId } of [
    { path: "/v1/cloudimages/dataimages/action", operationId: "createDataImage" },
    { path: "/v2.1/cloudimages/dataimages/action", operationId: "createDataImageInSafeMode" },
  ]) {
    const schema = {
      operationId,
      summary: "Make an image of a data disk from a file in a bucket",
      tags,
      body: CreateDataImageBody,
      response,
    };
    app.post(path, { schema, config: { access: ["ims:dataImages:create"], trace } }, async (request) => ({
      job_id: await importFiles(services, request.principal, parseDataBody(request.body)),
    }));
  }
}

function addWholeImageRoute(app: ImsApp, services: ImsServices): void {
  const schema = {
    operationId: "createWholeImage",
    summary: "Make an image of a whole machine",
    tags,
    body: CreateWholeImageBody,
    response,
  };
  app.post(
    "/v1/cloudimages/wholeimages/action",
    { schema, config: { access: ["ims:wholeImages:create"], trace } },
    async ({ principal, body }) => ({
      job_id: await createWholeImage(services, principal, {
        image: parseNewImage(body, "whole"),
        source: { serverId: body.instance_id, backupId: body.backup_id, vaultId: body.vault_id, backupKind: body.whole_image_type },
      }),
    }),
  );
}
