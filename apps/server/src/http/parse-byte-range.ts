import type { ByteRange } from "../buckets/read-range.ts";

/**
 * Reads a `Range` header. Answers undefined for the whole: when there is no range, when it cannot be read, and when it names several,
 * which a server may treat so; "outside" when none of the bytes is there.
 *
 * Source  RFC 9110, section 14.1.2
 */
export function parseByteRange(header: string | undefined, sizeBytes: number): ByteRange | "outside" | undefined {
  const [, first, last] = /^\s*bytes\s*=\s*(\d{0,16})\s*-\s*(\d{0,16})\s*$/i.exec(header ?? "") ?? [];
  if (first === undefined || last === undefined || (first === "" && last === "")) {
    return undefined;
  }
  if (first !== "" && last !== "" && Number(last) < Number(first)) {
    return undefined;
  }
  const start = first === "" ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  return start >= sizeBytes ? "outside" : { start, end };
}
