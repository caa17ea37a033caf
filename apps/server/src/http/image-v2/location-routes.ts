import { AddLocationBody, LocationsAnswer, digestLengths } from "@tintype/contract/image-v2/locations.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { requireAdministrator } from "../../image-imports/image-tasks.ts";
import { taskWorkOf } from "../../image-imports/import-work.ts";
import { startImageImport } from "../../image-imports/start-image-import.ts";
import { getImage } from "../../images/get-image.ts";
import { shownLocations } from "../../images/locations/shown-locations.ts";
import type { PromisedDigests } from "../../ports/image-catalog.ts";
import { imageParams as params, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { toLocation } from "./to-location.ts";

const tags = ["locations"];
const path = `${imagePath}/locations`;

/** Imports images from places that are named as their locations, and shows where images lie. */
export function addLocationRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    path,
    {
      config: traced("ims:images:upload", "addLocation"),
      schema: {
        operationId: "addLocation",
        summary: "Import an image from a place, which becomes its location",
        tags,
        params,
        body: AddLocationBody,
        response: { 202: Type.String({ maxLength: 0, description: "A task imports it" }), ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, params, body, id: requestId } = request;
      const method = { name: "location", uri: body.url, digests: parseDigests(body) } as const;
      const wish = { names: undefined, mustSucceed: true };
      const asked = { imageId: params.image_id, method, wish, requestId, type: "location_import" } as const;
      const job = await startImageImport(services, principal, asked);
      request.traced = { resourceName: taskWorkOf(job).imageName, jobId: job.id };
      return await reply.code(202).send("");
    },
  );
  app.get(
    path,
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "listLocations",
        summary: "List the locations of an image, for administrators",
        tags,
        params,
        response: { 200: LocationsAnswer, ...refusals },
      },
    },
    async ({ principal, params: { image_id: id } }) => {
      const image = await getImage(services, principal, id);
      requireAdministrator(principal);
      return shownLocations(image).map(toLocation);
    },
  );
}

/** Throws  image.invalidBody */
function parseDigests({ validation_data: told }: AddLocationBody): PromisedDigests {
  if (told === undefined) {
    return {};
  }
  const { os_hash_algo: algorithm, os_hash_value: value } = told;
  const digits = digestLengths[algorithm];
  if (value.length !== digits) {
    throw new ServiceError("image.invalidBody", { problem: `a ${algorithm} has ${digits} hexadecimal digits` });
  }
  return { [algorithm]: value.toLowerCase() };
}
