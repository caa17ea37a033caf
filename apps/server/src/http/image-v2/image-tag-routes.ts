import { longestWord } from "@tintype/contract/image-v2/images.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { editImage } from "../../images/declared/edit-image.ts";
import { Done, imagePath, traced } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";

const tags = ["image tags"];
const params = Type.Object({ image_id: Type.String(), tag: Type.String() });
const path = `${imagePath}/tags/:tag` as const;

/** Puts tags on images, and takes them off. */
export function addImageTagRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.put(
    path,
    {
      config: traced("ims:images:update", "addTag"),
      schema: { operationId: "addImageTag", summary: "Put a tag on an image", tags, params, response: { 204: Done, ...refusals } },
    },
    async ({ principal, params: { image_id: id, tag } }, reply) => {
      if (Array.from(tag).length > longestWord) {
        throw new ServiceError("image.invalidBody", { problem: `a tag has at most ${longestWord} characters` });
      }
      await editImage(services, principal, { id, edit: ({ tags }) => (tags.includes(tag) ? {} : { tags: [...tags, tag] }) });
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    path,
    {
      config: traced("ims:images:update", "deleteTag"),
      schema: { operationId: "deleteImageTag", summary: "Take a tag off an image", tags, params, response: { 204: Done, ...refusals } },
    },
    async ({ principal, params: { image_id: id, tag } }, reply) => {
      await editImage(services, principal, { id, edit: (image) => ({ tags: without(tag, image.tags, id) }) });
      return await reply.code(204).send(null);
    },
  );
}

/** Throws  image.tagNotFound */
function without(tag: string, tags: readonly string[], id: string): readonly string[] {
  if (!tags.includes(tag)) {
    throw new ServiceError("image.tagNotFound", { id });
  }
  return tags.filter((other) => other !== tag);
}
