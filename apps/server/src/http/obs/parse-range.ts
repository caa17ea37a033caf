import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteRange } from "../../buckets/read-range.ts";
import { parseByteRange } from "../parse-byte-range.ts";

/**
 * Reads a `Range` header. Answers undefined for the whole: when there is no range, when it cannot be read, and when it names
 * several, as S3 does.
 *
 * Throws  obs.InvalidRange when it lies outside
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const range = parseByteRange(header, sizeBytes);
  if (range === "outside") {
    throw new ServiceError("obs.InvalidRange", { sizeBytes, range: header?.replace(/^[^=]*=/, "").trim() ?? "" });
  }
  return range;
}
