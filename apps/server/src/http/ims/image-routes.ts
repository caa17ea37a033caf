import { Type } from "typebox";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import { ListImagesAnswer, ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import { UpdateImageBody } from "@tintype/contract/ims/update-image.ts";
import { deleteImage } from "../../images/delete-image.ts";
import { getImage } from "../../images/get-image.ts";
import { listImages } from "../../images/list-images.ts";
import { updateImage } from "../../images/update-image.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { parsePatch } from "./parse-patch.ts";
import { toImsImage } from "./to-ims-image.ts";

const ImagePath = Type.Object({ image_id: Type.String() });
const tags = ["images"];

/** Lists, shows, changes and deletes images. */
export function addImageRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v2/cloudimages",
    {
      schema: {
        operationId: "listImages",
        summary: "List images",
        tags,
        querystring: ListImagesQuery,
        response: { 200: ListImagesAnswer, "4xx": ImsError },
      },
    },
    async (request) => ({ images: (await listImages(services, request.principal, parseListQuery(request.query))).map(toImsImage) }),
  );
  app.patch(
    "/v2/cloudimages/:image_id",
    {
      schema: {
        operationId: "updateImage",
        summary: "Change attributes of an image",
        tags,
        params: ImagePath,
        body: UpdateImageBody,
        response: { 200: ImsImage, "4xx": ImsError },
      },
    },
    async (request) => {
      const { image_id: id } = request.params;
      return toImsImage(await updateImage(services, request.principal, { id, edits: parsePatch(request.body) }));
    },
  );
  app.get(
    "/v2/images/:image_id",
    {
      schema: {
        operationId: "showImage",
        summary: "Show an image",
        tags,
        params: ImagePath,
        response: { 200: ImsImage, "4xx": ImsError },
      },
    },
    async (request) => toImsImage(await getImage(services, request.principal, request.params.image_id)),
  );
  app.delete(
    "/v2/images/:image_id",
    {
      schema: {
        operationId: "deleteImage",
        summary: "Delete an image",
        tags,
        params: ImagePath,
        response: { 204: Type.Null({ description: "Deleted" }), "4xx": ImsError },
      },
    },
    async (request, reply) => {
      await deleteImage(services, request.principal, request.params.image_id);
      return await reply.code(204).send(null);
    },
  );
}
