import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { ImageContentHeaders, ImageContentQuery, ListExtentsAnswer, ListExtentsQuery } from "@tintype/contract/api/image-content.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { findImageDisk } from "../../images/find-image-disk.ts";
import { listImageExtents } from "../../images/list-image-extents.ts";
import type { Catalog } from "../../ports/catalog.ts";
import { openImageDisk } from "../../transfers/open-image-disk.ts";
import { describeContent, sendDiskContent } from "../send-disk-content.ts";
import { readExtentCursor, toExtentCursor } from "./extent-cursor.ts";

/** What reading an image's content needs. */
export interface ImageContentServices {
  readonly catalog: Pick<Catalog, "images" | "members">;
  readonly store: BlobStore;
}

const defaultLimit = 1000;
const ImagePath = Type.Object({ image_id: Type.String() });
const Content = Type.String({ format: "binary", description: "Bytes of the disk, as a machine would read them" });
const contentAnswer = { content: { "application/octet-stream": { schema: Content } } };
const tags = ["images"];

/** Gives a stored disk's content, whole or in ranges, and its map. */
export function addImageContentRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], { catalog, store }: ImageContentServices): void {
  const schema = { tags, params: ImagePath, querystring: ImageContentQuery, headers: ImageContentHeaders };
  // Its own route, so that nothing is opened for it.
  app.head(
    "/api/v1/images/:image_id/content",
    { config: { access: ["ims:images:get"] }, schema: { ...schema, hide: true } },
    async (request, reply) => {
      const disk = await findImageDisk({ catalog }, request.principal, { imageId: request.params.image_id, disk: request.query.disk ?? 0 });
      const range = describeContent(request, reply, disk);
      return await reply.header("content-length", range.end - range.start).send("");
    },
  );
  app.get(
    "/api/v1/images/:image_id/content",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        ...schema,
        operationId: "readImageContent",
        summary: "Read a disk of an image, whole or a range of it",
        response: { 200: contentAnswer, 206: contentAnswer, "4xx": ProblemBody },
      },
    },
    async (request, reply) => {
      const facts = await findImageDisk({ catalog }, request.principal, {
        imageId: request.params.image_id,
        disk: request.query.disk ?? 0,
      });
      return await sendDiskContent({ request, reply }, { disk: facts, store });
    },
  );
  app.get(
    "/api/v1/images/:image_id/extents",
    {
      config: { access: ["ims:images:get"] },
      schema: {
        operationId: "listImageExtents",
        summary: "List where a disk of an image holds data, and where zeros",
        tags,
        params: ImagePath,
        querystring: ListExtentsQuery,
        response: { 200: ListExtentsAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, params, query }) => {
      const { disk: index = 0, limit = defaultLimit, offset = 0, length, cursor } = query;
      const facts = await findImageDisk({ catalog }, principal, { imageId: params.image_id, disk: index });
      if (facts.virtualSizeBytes === 0) {
        return { sizeBytes: 0, extents: [] };
      }
      await using disk = await openImageDisk(store, facts);
      const sizeBytes = disk.virtualSizeBytes;
      const asked = cursor === undefined ? { start: offset, end: offset + (length ?? sizeBytes) } : readExtentCursor(cursor);
      const end = Math.min(asked.end, sizeBytes);
      const extents = await listImageExtents(disk, { start: asked.start, end, limit }, {});
      const last = extents.at(-1);
      const next = last === undefined ? end : last.offset + last.length;
      return { sizeBytes, extents: [...extents], ...(next < end && { nextCursor: toExtentCursor({ start: next, end }) }) };
    },
  );
}
