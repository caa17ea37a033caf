import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { PublicImageChange } from "@tintype/contract/api/public-images.ts";
import { ListPublicChangesAnswer, ListPublicChangesQuery, PublishedImage } from "@tintype/contract/api/public-images.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { Type } from "typebox";
import { imageCaller } from "../../images/image-caller.ts";
import type * as ports from "../../ports/public-image-changes.ts";
import { publishImage } from "../../public-images/publish-image.ts";
import type { PublishImageDeps } from "../../public-images/publish-image.ts";
import { readChangeCursor, toChangeCursor } from "./change-cursor.ts";

const tags = ["public images"];
const params = Type.Object({ image_id: Type.String() });
const defaultLimit = 50;

/** Makes images public and private again, for operators, and shows everybody when that happened. */
export function addPublicImageRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: PublishImageDeps): void {
  for (const { path, operationId, summary, change } of [
    { path: "publish", operationId: "publishImage", summary: "Make an image public", change: "published" },
    { path: "withdraw", operationId: "withdrawImage", summary: "Make a public image private again", change: "withdrawn" },
  ] as const) {
    app.post(
      `/api/v1/images/:image_id/${path}`,
      {
        config: { access: ["tintype:images:publish"], trace: { service: "IMS", resourceType: "ims", name: "updateImage" } },
        schema: { operationId, summary, tags, params, response: { 200: PublishedImage, "4xx": ProblemBody } },
      },
      async ({ principal, params: { image_id: id } }) => {
        const image = await publishImage(services, principal, { id, change });
        return { imageId: image.id, visibility: image.visibility, protected: image.protected };
      },
    );
  }
  app.get(
    "/api/v1/public-images/changes",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listPublicImageChanges",
        summary: "List when images became public, and stopped being so",
        tags,
        querystring: ListPublicChangesQuery,
        response: { 200: ListPublicChangesAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { limit = defaultLimit, cursor, architecture } }) => {
      imageCaller(principal, "ims:images:list");
      const changes = await services.catalog.publicImageChanges.list({
        limit,
        ...(architecture !== undefined && { architecture }),
        ...(cursor !== undefined && { before: readChangeCursor(cursor) }),
      });
      const last = changes.length === limit ? changes.at(-1) : undefined;
      return {
        changes: changes.map(toApiChange),
        ...(last && { nextCursor: toChangeCursor(last.id) }),
      };
    },
  );
}

function toApiChange({ imageId, change, changedAt, name, platform, osVersion, architecture }: ports.PublicImageChange): PublicImageChange {
  return { imageId, change, changedAt: new Date(changedAt).toISOString(), name, platform, osVersion, architecture };
}
