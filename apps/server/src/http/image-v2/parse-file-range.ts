import type { FastifyRequest } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteRange } from "../../buckets/read-range.ts";
import { parseByteRange } from "../parse-byte-range.ts";

/**
 * The part of a file that is asked for, by `Range` or, as old clients do, by `Content-Range`; undefined for all of it. What other APIs
 * overlook in a range is refused here, as Glance does.
 *
 * Throws  image.manyRanges, image.rangeNotSatisfiable
 */
export function parseFileRange(headers: FastifyRequest["headers"], sizeBytes: number): ByteRange | undefined {
  const asked = headers.range ?? headers["content-range"]?.replace(/^\s*bytes\s+/i, "bytes=").replace(/\/(?:\*|\d+)\s*$/, "");
  if (asked === undefined) {
    return undefined;
  }
  if (asked.includes(",")) {
    throw new ServiceError("image.manyRanges");
  }
  const range = parseByteRange(asked, sizeBytes);
  if (range === undefined || range === "outside") {
    throw new ServiceError("image.rangeNotSatisfiable", { sizeBytes });
  }
  return range;
}
