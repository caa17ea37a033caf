import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";

const header = "x-amz-content-sha256";
/** What is digested before others have a turn: less than a millisecond. */
const stepBytes = 512 * 1024;

/**
 * Has a client sign the content of what it sends, so that the service refuses what was damaged on the way. The library would do so
 * in one go, which holds everyone else up for as long as a part takes; a digest in another thread costs a copy that takes as long.
 *
 * Source  AWS Signature Version 4, "Signing Requests with a Payload"
 */
export function signPayloadsStepwise(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (isRequestWithBytes(request)) {
        request.headers[header] = await steppedDigest(request.body);
      }
      return await next(args);
    },
    { step: "build", name: "signPayloadsStepwise", override: true },
  );
}

async function steppedDigest(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.length; start += stepBytes) {
    if (start > 0) {
      await new Promise(setImmediate);
    }
    hash.update(bytes.subarray(start, start + stepBytes));
  }
  return hash.digest("hex");
}

function isRequestWithBytes(request: unknown): request is { headers: Record<string, string>; body: Uint8Array } {
  return typeof request === "object" && request !== null && "headers" in request && "body" in request && request.body instanceof Uint8Array;
}
