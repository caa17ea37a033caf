import type { OutgoingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { beginningWith } from "./beginning-with.ts";
import { sendPieces } from "./send-pieces.ts";

/** A call, and its answer. Routes have types of their own for both, which know JSON only. */
export interface Exchange {
  readonly request: Pick<FastifyRequest, "log">;
  readonly reply: FastifyReply;
}

/** What is sent, piece by piece, and what it is read from. */
export interface Content {
  readonly source: AsyncDisposable;
  /** The memory of a piece may be used again when the next is asked for. */
  readonly pieces: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Sends content with the status and headers that the answer has by now, and closes its source.
 *
 * Memory  what the pieces read ahead
 * Throws  what reading the first of it throws; a later failure breaks the answer off, since its head is out
 */
export async function sendSource({ source, pieces }: Content, { request, reply }: Exchange): Promise<FastifyReply> {
  await using _opened = source;
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
