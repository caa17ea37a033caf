import type { IncomingMessage, ServerResponse } from "node:http";
import { dropRest } from "../drop-rest.ts";
import { freeingEach } from "../freeing-each.ts";
import { sendPieces } from "../send-pieces.ts";
import type { ObsAnswer } from "./obs-answer.ts";

/** Where an answer goes. */
export interface AnswerTarget {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

/**
 * Sends an answer, at the pace of whoever receives it. HEAD gets no body.
 *
 * Memory  what the body reads ahead, and the socket's buffers
 * Throws  what reading the body throws: the connection is cut then, since the status has been sent
 */
export async function sendAnswer({ incoming, response, signal }: AnswerTarget, answer: ObsAnswer): Promise<void> {
  const { body } = answer;
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (value !== undefined) {
      // Node writes a byte for each character.
      response.setHeader(name, Buffer.from(value, "utf8").toString("latin1"));
    }
  }
  dropRest(incoming);
  const isHead = incoming.method === "HEAD";
  if (body === undefined || typeof body === "string") {
    const bytes = Buffer.from(body ?? "");
    if (bytes.length > 0) {
      response.setHeader("content-type", "application/xml");
    }
    if (answer.status !== 204 && answer.status !== 304 && !(isHead && response.hasHeader("content-length"))) {
      response.setHeader("content-length", bytes.length);
    }
    response.writeHead(answer.status).end(isHead ? undefined : bytes);
    return;
  }
  response.setHeader("content-length", body.lengthBytes);
  response.writeHead(answer.status);
  if (isHead) {
    response.end();
  } else {
    await sendPieces(response, freeingEach(body.bytes(signal)));
  }
}
