import type { DigestAlgorithm } from "../../ports/content-digests.ts";
import { checksumAlgorithms } from "./request-payload.ts";

/** Tells a client the checksums that were computed and found right, as `x-amz-checksum-<name>` in base64. */
export function checksumHeaders(digests: ReadonlyMap<DigestAlgorithm, string>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const algorithm of checksumAlgorithms) {
    const hex = digests.get(algorithm);
    if (hex !== undefined) {
      headers[`x-amz-checksum-${algorithm}`] = Buffer.from(hex, "hex").toString("base64");
    }
  }
  return headers;
}
