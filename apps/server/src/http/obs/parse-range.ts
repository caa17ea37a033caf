import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteRange } from "../../buckets/read-range.ts";

/**
 * Reads a `Range` header. Answers undefined for the whole: when there is no range, when it cannot be read, and when it names
 * several, as S3 does.
 *
 * Throws  obs.InvalidRange when it lies outside
 * Source  RFC 9110, section 14.1.2
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first, last] = /^\s*bytes\s*=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return undefined;
  }
  if (first !== "" && last !== "" && Number(last) < Number(first)) {
    return undefined;
  }
  const start = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (start >= sizeBytes) {
    throw new ServiceError("obs.InvalidRange", { sizeBytes, range: `${first}-${last}` });
  }
  return { start, end };
}
