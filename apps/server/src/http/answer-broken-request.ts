import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError, FastifyInstance } from "fastify";
import { readSpacedRequest } from "./read-spaced-request.ts";

const statuses: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/**
 * Answers what Node cannot read as a request, and ends the connection. A list of images whose query holds a space as it is gets its
 * answer all the same: one client puts its queries together without escaping them.
 *
 * Memory  the answer: a page of a list
 */
export async function answerBrokenRequest(
  app: Pick<FastifyInstance, "inject" | "log">,
  error: ConnectionError,
  socket: Pick<Socket, "writable" | "remoteAddress" | "end" | "destroy">,
): Promise<void> {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  // The type has it as an object; Node gives the bytes that it could not read.
  const packet: unknown = error.rawPacket;
  const request = error.code === "HPE_INVALID_CONSTANT" && packet instanceof Uint8Array ? readSpacedRequest(packet) : undefined;
  if (request === undefined) {
    const status = statuses[error.code ?? ""] ?? 400;
    app.log.trace({ err: error }, "A request that cannot be read");
    socket.end(headOf(status, { "content-length": "0", connection: "close" }));
    return;
  }
  try {
    const { statusCode, headers, rawPayload } = await app.inject({ ...request, remoteAddress: socket.remoteAddress ?? "" });
    socket.end(Buffer.concat([Buffer.from(headOf(statusCode, { ...headers, connection: "close" }), "latin1"), rawPayload]));
  } catch (failure) {
    // Nobody waits for this call: the log is where the failure is told.
    app.log.error({ err: failure }, "A request with spaces could not be answered");
    socket.destroy();
  }
}

function headOf(status: number, headers: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(headers).flatMap(([name, given]) => {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    return values.map((value) => `${name}: ${String(value)}\r\n`);
  });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}\r\n${lines.join("")}\r\n`;
}
