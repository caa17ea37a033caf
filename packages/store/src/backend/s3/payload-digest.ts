import type { S3Client } from "@aws-sdk/client-s3";
import { hash } from "node:crypto";
import type { ChunkWorkers } from "../../chunk/chunk-workers.ts";

const header = "x-amz-content-sha256";
/** What is digested at once where it is: about a tenth of a millisecond, as long as handing it to a thread takes. */
const mostInline = 64 * 1024;

/**
 * Has a client sign the content of what it sends, so that the service refuses what was damaged on the way. The library would do so
 * itself, on the event loop, which holds everyone else up for as long as a part takes.
 *
 * Source  AWS Signature Version 4, "Signing Requests with a Payload"
 */
export function signPayloads(client: S3Client, workers: ChunkWorkers): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (isRequestWithBytes(request)) {
        request.headers[header] = await payloadDigest(request.body, workers);
      }
      return await next(args);
    },
    { step: "build", name: "signPayloads", override: true },
  );
}

/**
 * SHA-256 in hex, of long payloads by a thread.
 *
 * Memory  a copy of the payload, unless that begins shared memory
 */
export async function payloadDigest(bytes: Uint8Array, workers: ChunkWorkers): Promise<string> {
  if (bytes.length <= mostInline) {
    return hash("sha256", bytes, "hex");
  }
  const isShared = bytes.buffer instanceof SharedArrayBuffer && bytes.byteOffset === 0;
  const slot = isShared ? bytes.buffer : new SharedArrayBuffer(bytes.length);
  if (!isShared) {
    new Uint8Array(slot).set(bytes);
  }
  const digest = await workers.run("name", { slot, length: bytes.length, nameKey: undefined });
  return Buffer.from(digest).toString("hex");
}

function isRequestWithBytes(request: unknown): request is { headers: Record<string, string>; body: Uint8Array } {
  return typeof request === "object" && request !== null && "headers" in request && "body" in request && request.body instanceof Uint8Array;
}
