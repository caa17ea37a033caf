import { connect } from "node:net";
import { requestBytes } from "./http-call.ts";
import type { HttpCall } from "./http-call.ts";
import { orHang } from "./or-hang.ts";

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  /** By their names in small letters; values of lines with the same name, one after the other. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The head and the body as text, for looking through. */
  readonly text: string;
}

/**
 * Sends a request over a connection of its own and takes the answer; undefined when the connection ended without a whole one.
 *
 * Throws  an Error when no end comes, and when what comes is no HTTP
 */
export async function exchange(call: HttpCall, port: number): Promise<Answer | undefined> {
  const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  const pieces: Buffer[] = [];
  socket.on("data", (piece: Buffer) => pieces.push(piece));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  socket.once("end", end);
  socket.once("close", end);
  // A server that has answered may close before everything was sent to it; what matters is what came.
  socket.on("error", () => end());
  socket.write(requestBytes(call));
  if (call.framing === "long") {
    socket.end();
  }
  try {
    await orHang(ended, () => `a call that has been answered with ${Buffer.concat(pieces).toString("latin1").slice(0, 500) || "nothing"}`);
  } finally {
    socket.destroy();
  }
  return parseAnswer(Buffer.concat(pieces), call.method);
}

function parseAnswer(bytes: Buffer, method: string): Answer | undefined {
  if (bytes.length === 0) {
    return undefined;
  }
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.subarray(0, Math.max(end, 0)).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!Number.isInteger(status)) {
    throw new Error(`What came is no answer: ${bytes.toString("latin1").slice(0, 300)}`);
  }
  const rest = bytes.subarray(end + 4);
  if (status < 200) {
    return parseAnswer(rest, method);
  }
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    headers.set(name.toLowerCase(), [headers.get(name.toLowerCase()), value].filter((part) => part !== undefined).join(", "));
  }
  const isChunked = headers.get("transfer-encoding") === "chunked";
  const body = isChunked ? fromChunks(rest) : rest;
  const length = headers.get("content-length");
  if (body === undefined || (length !== undefined && method !== "HEAD" && status !== 304 && Number(length) !== body.length)) {
    return undefined;
  }
  return { status, headers, body, text: `${first}\n${lines.join("\n")}\n\n${body.toString("utf8")}` };
}

/** Undefined for what breaks off. */
function fromChunks(bytes: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (end < 0 || Number.isNaN(length) || end + 2 + length > bytes.length) {
      return undefined;
    }
    if (length === 0) {
      return Buffer.concat(pieces);
    }
    pieces.push(bytes.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
