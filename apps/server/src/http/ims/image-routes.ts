import { Type } from "typebox";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import { ListImagesAnswer, ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import { UpdateImageBody } from "@tintype/contract/ims/update-image.ts";
import { listImages } from "../../images/list-images.ts";
import { updateImage } from "../../images/update-image.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { parsePatch } from "./parse-patch.ts";
import { requirePatchType } from "./require-patch-type.ts";
import { toImsImage } from "./to-ims-image.ts";

const tags = ["images"];

/** Lists and changes images. */
export function addImageRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v2/cloudimages",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listImages",
        summary: "List images",
        tags,
        querystring: ListImagesQuery,
        response: { 200: ListImagesAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, query }) => ({ images: (await listImages(services, principal, parseListQuery(query))).map(toImsImage) }),
  );
  app.patch(
    "/v2/cloudimages/:image_id",
    {
      config: { access: ["ims:images:update"], trace: { service: "IMS", resourceType: "ims", name: "updateImage" } },
      preValidation: requirePatchType,
      schema: {
        operationId: "updateImage",
        summary: "Change attributes of an image",
        tags,
        params: Type.Object({ image_id: Type.String() }),
        body: UpdateImageBody,
        response: { 200: ImsImage, "4xx": ImsError },
      },
    },
    async ({ principal, params: { image_id: id }, body }) =>
      toImsImage(await updateImage(services, principal, { id, edits: parsePatch(body) })),
  );
}
