import type { OutgoingHttpHeaders } from "node:http";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { readRange } from "../buckets/read-range.ts";
import type { ByteRange } from "../buckets/read-range.ts";
import { sendPieces } from "./send-pieces.ts";

/** A call, and its answer. Routes have types of their own for both, which know JSON only. */
export interface Exchange {
  readonly request: Pick<FastifyRequest, "log">;
  readonly reply: FastifyReply;
}

/**
 * Sends a range of a source with the status and headers that the answer has by now, and closes the source.
 *
 * Memory  as `readRange`
 * Throws  what reading the first of it throws; a later failure breaks the answer off, since its head is out
 */
export async function sendSource(
  source: Pick<ByteSource, "read"> & AsyncDisposable,
  range: ByteRange,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  await using opened = source;
  const pieces = readRange(opened, range);
  const first = await pieces.next();
  reply.hijack();
  reply.raw.writeHead(reply.statusCode, reply.getHeaders() as OutgoingHttpHeaders);
  try {
    await sendPieces(reply.raw, beginningWith(first, pieces));
  } catch (error) {
    request.log.warn({ err: error }, "Sending an image's content broke off");
    reply.raw.destroy();
  }
  return reply;
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
