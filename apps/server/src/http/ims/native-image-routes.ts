import { Type } from "typebox";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import { ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import { NativeImagesAnswer, NativePatchBody } from "@tintype/contract/ims/native-images.ts";
import { deleteImage } from "../../images/delete-image.ts";
import { getImage } from "../../images/get-image.ts";
import { listImages } from "../../images/list-images.ts";
import { updateImage } from "../../images/update-image.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { pageAddress } from "./page-address.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { parseNativePatch } from "./parse-patch.ts";
import { requirePatchType } from "./require-patch-type.ts";
import { toImsImage } from "./to-ims-image.ts";

const params = Type.Object({ image_id: Type.String() });
const tags = ["native images"];
const defaultLimit = 25;
const listPath = "/v2/images";

/** Lists, shows, changes and deletes images in the words of the native interface. The images are the same, and so is how they look. */
export function addNativeImageRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    listPath,
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "glanceListImages",
        summary: "List images (native)",
        tags,
        querystring: ListImagesQuery,
        response: { 200: NativeImagesAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, query }) => {
      const { filter, page } = parseListQuery(query, defaultLimit);
      // One more than asked for tells whether there is a next page.
      const found = await listImages(services, principal, { filter, page: { ...page, limit: page.limit + 1 } });
      const images = found.slice(0, page.limit);
      const last = found.length > page.limit ? images.at(-1) : undefined;
      return {
        images: images.map((image) => ({ ...toImsImage(image), _sys_enterprise_project_id: image.enterpriseProjectId })),
        schema: "/v2/schemas/images",
        first: pageAddress(listPath, query),
        ...(last !== undefined && { next: pageAddress(listPath, query, last.id) }),
      };
    },
  );
  app.get(
    "/v2/images/:image_id",
    {
      config: { access: ["ims:images:get"] },
      schema: { operationId: "glanceShowImage", summary: "Show an image", tags, params, response: { 200: ImsImage, "4xx": ImsError } },
    },
    async ({ principal, params: { image_id: id } }) => toImsImage(await getImage(services, principal, id)),
  );
  app.patch(
    "/v2/images/:image_id",
    {
      config: { access: ["ims:images:update"], trace: { service: "IMS", resourceType: "image", name: "updateImage" } },
      preValidation: requirePatchType,
      schema: {
        operationId: "glanceUpdateImage",
        summary: "Change name, description and free attributes of an image",
        tags,
        params,
        body: NativePatchBody,
        response: { 200: ImsImage, "4xx": ImsError },
      },
    },
    async ({ principal, params: { image_id: id }, body }) =>
      toImsImage(await updateImage(services, principal, { id, edits: parseNativePatch(body) })),
  );
  app.delete(
    "/v2/images/:image_id",
    {
      config: { access: ["ims:images:delete"], trace: { service: "IMS", resourceType: "image", name: "deleteImage" } },
      schema: {
        operationId: "glanceDeleteImage",
        summary: "Delete an image",
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
