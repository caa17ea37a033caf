import type { FastifyReply, FastifyRequest } from "fastify";
import type { ByteRange } from "../../buckets/read-range.ts";
import { openServedFile } from "../../image-cache/open-served-file.ts";
import type { ServeFileDeps } from "../../image-cache/open-served-file.ts";
import type { FoundFile } from "../../transfers/files/find-image-file.ts";
import { sendSource } from "../send-source.ts";
import { parseFileRange } from "./parse-file-range.ts";

interface Sending {
  readonly request: Pick<FastifyRequest, "headers" | "log" | "method">;
  readonly reply: FastifyReply;
  readonly services: ServeFileDeps;
  readonly found: FoundFile;
}

/**
 * Answers with the file of an image, or the range of it that is asked for. HEAD gets no body.
 *
 * Throws  image.manyRanges, image.rangeNotSatisfiable; as `openServedFile`; what reading the first of it throws
 */
export async function sendImageFile({ request, reply, services, found }: Sending): Promise<FastifyReply> {
  await using opened = new AsyncDisposableStack();
  const file = opened.use(await openServedFile(services, found));
  reply.type("application/octet-stream").header("accept-ranges", "bytes");
  if (found.file !== undefined) {
    reply.header("content-md5", found.file.md5);
  }
  const range = describe(request, reply, file.lengthBytes);
  if (request.method === "HEAD" || range.start === range.end) {
    return await reply.send("");
  }
  opened.move();
  return await sendSource({ source: file, pieces: file.pieces(range) }, { request, reply });
}

/** Answers status and headers of what is asked for, and says which bytes. */
function describe({ headers }: Pick<FastifyRequest, "headers">, reply: FastifyReply, lengthBytes: number): ByteRange {
  const range = parseFileRange(headers, lengthBytes);
  if (range !== undefined) {
    reply.code(206).header("content-range", `bytes ${range.start}-${range.end - 1}/${lengthBytes}`);
  }
  const wanted = range ?? { start: 0, end: lengthBytes };
  reply.header("content-length", wanted.end - wanted.start);
  return wanted;
}
