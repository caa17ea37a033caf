import { CreateImageBody, ImagesV2Answer, ImageV2, ListImagesV2Query, PatchImageBody } from "@tintype/contract/image-v2/images.ts";
import { Type } from "typebox";
import { declaredDeletionRules } from "../../images/declared/declared-rules.table.ts";
import { declareImage } from "../../images/declared/declare-image.ts";
import { editImage } from "../../images/declared/edit-image.ts";
import { deleteImage } from "../../images/delete-image.ts";
import { getImage } from "../../images/get-image.ts";
import { listImages } from "../../images/list-images.ts";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { NamedStores } from "../../ports/named-stores.ts";
import { imageParams as params, imagePath, imagesPath, traced } from "./image-calls.ts";
import { addressOf, refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { methodsFor } from "./methods-for.ts";
import { pageLinks } from "./page-links.ts";
import { parseImageQuery } from "./parse-image-query.ts";
import { parseNewImage } from "./parse-new-image.ts";
import { parsePatch } from "./parse-patch.ts";
import { patchEdit } from "./patch-edit.ts";
import { patchFormOf, requirePatchForm } from "./require-patch-form.ts";
import { showImage, showImages } from "./show-images.ts";
import { viewerOf } from "./viewer.ts";

const tags = ["images"];

/** Makes, lists, shows, changes and deletes images. */
export function addImageRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    imagesPath,
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listImages",
        summary: "List images, newest first",
        tags,
        querystring: ListImagesV2Query,
        response: { 200: ImagesV2Answer, ...refusals },
      },
    },
    async ({ principal, url }) => {
      const query = parseImageQuery(new URLSearchParams(queryOf(url)));
      const { limit } = query.page;
      const images = limit === 0 ? [] : await listImages(services, principal, query);
      const viewer = viewerOf(services, principal);
      const last = images.length === limit ? images.at(-1)?.id : undefined;
      return { images: await showImages(services, images, viewer), schema: "/v2/schemas/images", ...pageLinks(imagesPath, url, last) };
    },
  );
  app.get(
    imagePath,
    {
      config: { access: ["ims:images:get"] },
      schema: { operationId: "showImage", summary: "Show an image", tags, params, response: { 200: ImageV2, ...refusals } },
    },
    async ({ principal, params: { image_id: id } }) =>
      await showImage(services, await getImage(services, principal, id), viewerOf(services, principal)),
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    imagesPath,
    {
      config: traced("ims:images:create", "createImage"),
      schema: {
        operationId: "createImage",
        summary: "Make an image, which waits for its content",
        tags,
        body: CreateImageBody,
        response: { 201: ImageV2, ...refusals },
      },
    },
    async (request, reply) => {
      const image = await declareImage(services, request.principal, parseNewImage(request.body));
      request.traced = { resourceId: image.id, resourceName: image.name };
      return await reply
        .code(201)
        .header("location", addressOf(request, `${imagesPath}/${image.id}`))
        .header("openstack-image-import-methods", methodsFor(services.stores).join(","))
        .headers(storeIdsHeader(services.stores))
        .send(await showImage(services, image, viewerOf(services, request.principal)));
    },
  );
  app.patch(
    imagePath,
    {
      config: traced("ims:images:update", "updateImage"),
      preValidation: requirePatchForm,
      schema: {
        operationId: "updateImage",
        summary: "Change attributes of an image: all that is asked for, or nothing",
        tags,
        params,
        body: PatchImageBody,
        response: { 200: ImageV2, ...refusals },
      },
    },
    async (request) => {
      const { principal, params, body } = request;
      const form = patchFormOf(request);
      const { attributes, locations } = parsePatch(body, form);
      const edit = patchEdit(attributes, form);
      const image = await editImage(services, principal, { id: params.image_id, edit, locations });
      request.traced = { resourceName: image.name };
      return await showImage(services, image, viewerOf(services, principal));
    },
  );
  app.delete(
    imagePath,
    {
      config: traced("ims:images:delete", "deleteImage"),
      schema: {
        operationId: "deleteImage",
        summary: "Delete an image",
        tags,
        params,
        response: { 204: Type.Null({ description: "Deleted" }), ...refusals },
      },
    },
    async (request, reply) => {
      const { name } = await deleteImage(services, request.principal, request.params.image_id, declaredDeletionRules);
      request.traced = { resourceName: name };
      return await reply.code(204).send(null);
    },
  );
}

/** Tells which stores a file may be sent to, where there is a choice. */
function storeIdsHeader(stores: NamedStores): Readonly<Record<string, string>> {
  return areSeveral(stores) ? { "openstack-image-store-ids": stores.all.map(({ name }) => name).join(",") } : {};
}

/** Everything behind the first question mark. */
function queryOf(url: string): string {
  const place = url.indexOf("?");
  return place < 0 ? "" : url.slice(place + 1);
}
