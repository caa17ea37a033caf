import { Type } from "typebox";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { OldImagesAnswer, OldImagesQuery } from "@tintype/contract/ims/old-images.ts";
import { deleteImage } from "../../images/delete-image.ts";
import { getImage } from "../../images/get-image.ts";
import { listImages } from "../../images/list-images.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { parseOldQuery } from "./parse-old-query.ts";
import { toOldHeaders, toOldImage } from "./to-old-image.ts";

const params = Type.Object({ image_id: Type.String() });
const tags = ["old native images"];

/** What clients of versions 1 and 1.1 of the native interface still call. */
export function addOldImageRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v1.1/images/detail",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listImagesDetail",
        summary: "List images (version 1.1)",
        tags,
        querystring: OldImagesQuery,
        response: { 200: OldImagesAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, query }) => ({ images: (await listImages(services, principal, parseOldQuery(query))).map(toOldImage) }),
  );
  app.head(
    "/v1/images/:image_id",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "showImageMetadata",
        summary: "Show an image in headers (version 1)",
        tags,
        params,
        response: { 200: Type.Null({ description: "The headers X-Image-Meta-… describe the image" }), "4xx": ImsError },
      },
    },
    async ({ principal, params: { image_id: id } }, reply) =>
      await reply
        .headers(toOldHeaders(await getImage(services, principal, id)))
        .header("content-length", "0")
        .send(null),
  );
  app.delete(
    "/v1.1/images/:image_id",
    {
      config: { access: ["ims:images:delete"], trace: { service: "IMS", resourceType: "image", name: "deleteImage" } },
      schema: {
        operationId: "deleteImageV11",
        summary: "Delete an image (version 1.1)",
        tags,
        params,
        response: { 204: Type.Null({ description: "Deleted" }), "4xx": ImsError },
      },
    },
    async ({ principal, params: { image_id: id } }, reply) => {
      const { name } = await deleteImage(services, principal, id);
      reply.request.traced = { resourceName: name };
      return await reply.code(204).send(null);
    },
  );
}
