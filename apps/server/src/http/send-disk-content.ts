import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { piecesOf } from "../buckets/read-range.ts";
import type { ByteRange } from "../buckets/read-range.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import { openImageDisk } from "../transfers/open-image-disk.ts";
import { parseByteRange } from "./parse-byte-range.ts";
import { sendSource } from "./send-source.ts";

/** A call, and its answer. Routes have types of their own for both, which know JSON only. */
interface Exchange {
  readonly request: Pick<FastifyRequest, "log" | "headers">;
  readonly reply: FastifyReply;
}

/**
 * Answers with the content of a disk, or the range of it that is asked for.
 *
 * Throws  api.rangeNotSatisfiable; what opening the disk and reading the first of it throws
 */
export async function sendDiskContent(
  { request, reply }: Exchange,
  { disk, store }: { readonly disk: ImageDisk; readonly store: BlobStore },
): Promise<FastifyReply> {
  const range = describeContent(request, reply, disk);
  if (reply.statusCode === 304) {
    return reply.send();
  }
  reply.header("content-length", range.end - range.start);
  // A file without a byte is no disk, and there is nothing to read.
  if (range.start === range.end) {
    return await reply.send("");
  }
  const source = await openImageDisk(store, disk);
  return await sendSource({ source, pieces: piecesOf(source, range) }, { request, reply });
}

/**
 * Answers status and headers of what is asked for, and says which bytes. What a blob holds never changes, so its name is the ETag.
 *
 * Throws  api.rangeNotSatisfiable
 */
export function describeContent(
  { headers }: Pick<FastifyRequest, "headers">,
  reply: FastifyReply,
  { blobId, virtualSizeBytes: sizeBytes }: ImageDisk,
): ByteRange {
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
