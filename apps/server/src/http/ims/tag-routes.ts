import { Type } from "typebox";
import { AddTagBody, BatchTagsBody, DeleteTagsBody, ImageTagsAnswer, SetTagBody } from "@tintype/contract/ims/image-tags.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { meantTag } from "../../images/image-tags.ts";
import { addImageTags, addNativeTag } from "../../tags/add-image-tags.ts";
import { listImageTags } from "../../tags/list-tags.ts";
import { removeImageTag, removeImageTags, removeNativeTag } from "../../tags/remove-image-tags.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { requireOwnProject } from "./own-project.ts";
import { parseTags } from "./parse-tags.ts";

const tags = ["tags"];
const params = Type.Object({ project_id: Type.String(), image_id: Type.String() });
const changed = { 204: Type.Null({ description: "Done" }), "4xx": ImsError };

/** What an audit trace calls a change of tags: in IMS it is a change of the image, in its native part one of a tag. */
const updateTrace = { service: "IMS", resourceType: "ims", name: "updateImage" };
const nativeTrace = (name: "addTag" | "deleteTag") => ({ service: "IMS", resourceType: "image", name });
const changing = { access: ["ims:images:update"] as const, trace: updateTrace };

/** Shows and changes the tags of one image. */
export function addTagRoutes(app: ImsApp, services: ImsServices): void {
  addSingleTagRoutes(app, services);
  addBatchTagRoutes(app, services);
  addNativeTagRoutes(app, services);
}

function addSingleTagRoutes(app: ImsApp, services: ImsServices): void {
  app.put(
    "/v1/cloudimages/tags",
    {
      config: changing,
      schema: {
        operationId: "createOrUpdateTags",
        summary: "Give an image a tag, or a tag a value",
        tags,
        body: SetTagBody,
        response: changed,
      },
    },
    async ({ principal, body: { image_id: imageId, tag, image_tag: object } }, reply) => {
      const given = parseTags({ texts: tag === undefined ? [] : [tag], objects: object && [object] });
      await addImageTags(services, principal, { imageId, tags: given });
      return await reply.code(204).send(null);
    },
  );
  app.post(
    "/v2/:project_id/images/:image_id/tags",
    {
      config: changing,
      schema: { operationId: "addImageTag", summary: "Give an image a tag", tags, params, body: AddTagBody, response: changed },
    },
    async ({ principal, params: { project_id, image_id: imageId }, body: { tag } }, reply) => {
      requireOwnProject(principal, project_id);
      await addImageTags(services, principal, { imageId, tags: [meantTag(tag)] });
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    "/v2/:project_id/images/:image_id/tags/:key",
    {
      config: changing,
      schema: {
        operationId: "deleteImageTag",
        summary: "Take the tag with a key off an image",
        tags,
        params: Type.Object({ ...params.properties, key: Type.String() }),
        response: changed,
      },
    },
    async ({ principal, params: { project_id, image_id: imageId, key } }, reply) => {
      requireOwnProject(principal, project_id);
      await removeImageTag(services, principal, { imageId, key });
      return await reply.code(204).send(null);
    },
  );
  app.get(
    "/v2/:project_id/images/:image_id/tags",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listImageTags",
        summary: "List the tags of an image",
        tags,
        params,
        response: { 200: ImageTagsAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, params: { project_id, image_id: imageId } }) => {
      requireOwnProject(principal, project_id);
      return { tags: [...(await listImageTags(services, principal, imageId))] };
    },
  );
}

function addBatchTagRoutes(app: ImsApp, services: ImsServices): void {
  app.post(
    "/v2/:project_id/images/:image_id/tags/action",
    {
      config: changing,
      schema: {
        operationId: "batchAddOrDeleteTags",
        summary: "Give an image several tags, or take several off",
        tags,
        params,
        body: BatchTagsBody,
        response: changed,
      },
    },
    async ({ principal, params: { project_id, image_id: imageId }, body }, reply) => {
      requireOwnProject(principal, project_id);
      if (body.action === "create") {
        await addImageTags(services, principal, { imageId, tags: body.tags.map(meantTag) });
      } else {
        await removeImageTags(services, principal, { imageId, tags: body.tags });
      }
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    "/v1/:project_id/cloudimages/:image_id/tags/delete",
    {
      config: changing,
      schema: {
        operationId: "batchDeleteTags",
        summary: "Take several tags off an image",
        tags,
        params,
        body: DeleteTagsBody,
        response: changed,
      },
    },
    async ({ principal, params: { project_id, image_id: imageId }, body }, reply) => {
      requireOwnProject(principal, project_id);
      await removeImageTags(services, principal, { imageId, tags: body.tags });
      return await reply.code(204).send(null);
    },
  );
}

function addNativeTagRoutes(app: ImsApp, services: ImsServices): void {
  const nativeParams = Type.Object({ image_id: Type.String(), tag: Type.String({ description: "1 to 255 characters without =" }) });
  const path = "/v2/images/:image_id/tags/:tag";
  app.put(
    path,
    {
      config: { access: ["ims:images:update"], trace: nativeTrace("addTag") },
      schema: {
        operationId: "glanceCreateTag",
        summary: "Give an image a tag without a value",
        tags,
        params: nativeParams,
        response: changed,
      },
    },
    async ({ principal, params: { image_id: imageId, tag } }, reply) => {
      await addNativeTag(services, principal, { imageId, tag });
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    path,
    {
      config: { access: ["ims:images:update"], trace: nativeTrace("deleteTag") },
      schema: {
        operationId: "glanceDeleteTag",
        summary: "Take a tag without a value off an image",
        tags,
        params: nativeParams,
        response: changed,
      },
    },
    async ({ principal, params: { image_id: imageId, tag } }, reply) => {
      await removeNativeTag(services, principal, { imageId, tag });
      return await reply.code(204).send(null);
    },
  );
}
