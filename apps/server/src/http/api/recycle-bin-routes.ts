import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ListRecycledAnswer, ListRecycledQuery, RestoredImage } from "@tintype/contract/api/recycle-bin.ts";
import type { RecycledImage } from "@tintype/contract/api/recycle-bin.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { Type } from "typebox";
import type * as ports from "../../ports/recycle-bin.ts";
import { listRecycled } from "../../recycle-bin/list-recycled.ts";
import { purgeImage } from "../../recycle-bin/purge-image.ts";
import type { PurgeDeps } from "../../recycle-bin/purge-image.ts";
import { restoreImage } from "../../recycle-bin/restore-image.ts";
import type { RestoreImageDeps } from "../../recycle-bin/restore-image.ts";
import { readRecycledCursor, toRecycledCursor } from "./recycled-cursor.ts";

/** What these routes work with. */
export interface RecycleBinServices extends RestoreImageDeps, PurgeDeps {}

const tags = ["recycle bin"];
const params = Type.Object({ image_id: Type.String() });
const defaultLimit = 50;

/** Shows what was deleted and can be restored, restores it, or lets it go at once. */
export function addRecycleBinRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: RecycleBinServices): void {
  app.get(
    "/api/v1/recycle-bin",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listRecycledImages",
        summary: "List the project's deleted images that can be restored",
        tags,
        querystring: ListRecycledQuery,
        response: { 200: ListRecycledAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { limit = defaultLimit, cursor } }) => {
      const page = { limit, ...(cursor !== undefined && { after: readRecycledCursor(cursor) }) };
      const { images, next } = await listRecycled(services, principal, page);
      const nextCursor = next && toRecycledCursor({ deletedAt: next.deletedAt, id: next.image.id });
      return { images: images.map(toApiRecycled), ...(nextCursor !== undefined && { nextCursor }) };
    },
  );
  app.post(
    "/api/v1/recycle-bin/:image_id/restore",
    {
      config: { access: ["ims:images:delete"], trace: { service: "IMS", resourceType: "ims", name: "restoreImage" } },
      schema: {
        operationId: "restoreImage",
        summary: "Bring a deleted image back",
        tags,
        params,
        response: { 200: RestoredImage, "4xx": ProblemBody },
      },
    },
    async ({ principal, params: { image_id: id } }) => ({ imageId: (await restoreImage(services, principal, id)).id }),
  );
  app.delete(
    "/api/v1/recycle-bin/:image_id",
    {
      config: { access: ["ims:images:delete"], trace: { service: "IMS", resourceType: "ims", name: "purgeImage" } },
      schema: {
        operationId: "purgeImage",
        summary: "Let a deleted image go for good",
        tags,
        params,
        response: { 204: Type.Null({ description: "It is gone" }), "4xx": ProblemBody },
      },
    },
    async ({ principal, params: { image_id: id } }, reply) => {
      await purgeImage(services, principal, id);
      return await reply.code(204).send(null);
    },
  );
}

function toApiRecycled({ image, deletedAt, purgeAt }: ports.RecycledImage): RecycledImage {
  const { id, name, projectId, osVersion, disks, encryption, tags } = image;
  return {
    id,
    name,
    projectId,
    osVersion,
    sizeBytes: disks.reduce((sum, disk) => sum + disk.virtualSizeBytes, 0),
    isEncrypted: encryption !== undefined,
    tags: [...tags],
    deletedAt: new Date(deletedAt).toISOString(),
    purgeAt: new Date(purgeAt).toISOString(),
  };
}
