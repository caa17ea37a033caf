import type { OutgoingHttpHeaders } from "node:http";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { ImageContentHeaders, ImageContentQuery, ListExtentsAnswer, ListExtentsQuery } from "@tintype/contract/api/image-content.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { readRange } from "../../buckets/read-range.ts";
import type { ByteRange } from "../../buckets/read-range.ts";
import { findImageDisk } from "../../images/find-image-disk.ts";
import { listImageExtents } from "../../images/list-image-extents.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { ImageDisk } from "../../ports/image-catalog.ts";
import { openImageDisk } from "../../transfers/open-image-disk.ts";
import { parseByteRange } from "../parse-byte-range.ts";
import { sendPieces } from "../send-pieces.ts";
import { readExtentCursor, toExtentCursor } from "./extent-cursor.ts";

/** What reading an image's content needs. */
export interface ImageContentServices {
  readonly catalog: Pick<Catalog, "images">;
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
  app.head("/api/v1/images/:image_id/content", { schema: { ...schema, hide: true } }, async (request, reply) => {
    const disk = await findImageDisk({ catalog }, request.principal, { imageId: request.params.image_id, disk: request.query.disk ?? 0 });
    const range = describeContent(request, reply, disk);
    return await reply.header("content-length", range.end - range.start).send("");
  });
  app.get(
    "/api/v1/images/:image_id/content",
    {
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
      const range = describeContent(request, reply, facts);
      if (reply.statusCode === 304) {
        return sendNothing(reply);
      }
      reply.header("content-length", range.end - range.start);
      await sendRange(await openImageDisk(store, facts.blobId), range, { request, reply });
      return reply;
    },
  );
  app.get(
    "/api/v1/images/:image_id/extents",
    {
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
      const { blobId } = await findImageDisk({ catalog }, principal, { imageId: params.image_id, disk: index });
      await using disk = await openImageDisk(store, blobId);
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

/** The route's own types know JSON only. */
function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.send();
}

/**
 * Sends a part of a disk, and closes the disk.
 *
 * Throws  what reading the first of it throws; a later failure breaks the answer off, since its head is out
 */
async function sendRange(disk: VirtualDisk, range: ByteRange, { request, reply }: Exchange): Promise<void> {
  await using source = disk;
  const pieces = readRange(source, range);
  const first = await pieces.next();
  reply.hijack();
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  try {
    await sendPieces(reply.raw, beginningWith(first, pieces));
  } catch (error) {
    request.log.warn({ err: error }, "Sending an image's content broke off");
    reply.raw.destroy();
  }
}

async function* beginningWith(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (first.done !== true) {
      yield first.value;
    }
    yield* rest;
  } finally {
    // Ends the read ahead also when the client leaves during the first piece.
    await rest.return();
  }
}

interface Exchange {
  readonly request: Pick<FastifyRequest, "log">;
  readonly reply: FastifyReply;
}

interface ContentRequest {
  readonly headers: FastifyRequest["headers"];
}

/**
 * Answers status and headers of what is asked for, and says which bytes. What a blob holds never changes, so its name is the ETag.
 *
 * Throws  api.rangeNotSatisfiable
 */
function describeContent({ headers }: ContentRequest, reply: FastifyReply, { blobId, virtualSizeBytes: sizeBytes }: ImageDisk): ByteRange {
  const etag = `"${blobId}"`;
  reply.type("application/octet-stream").header("etag", etag).header("accept-ranges", "bytes");
  if (headers["if-none-match"] === etag) {
    reply.code(304);
    return { start: 0, end: sizeBytes };
  }
  const isCurrent = headers["if-range"] === undefined || headers["if-range"] === etag;
  const range = isCurrent ? parseByteRange(headers.range, sizeBytes) : undefined;
  if (range === "outside") {
    reply.header("content-range", `bytes */${sizeBytes}`);
    throw new ServiceError("api.rangeNotSatisfiable", { sizeBytes });
  }
  if (range !== undefined) {
    reply.code(206).header("content-range", `bytes ${range.start}-${range.end - 1}/${sizeBytes}`);
  }
  return range ?? { start: 0, end: sizeBytes };
}
