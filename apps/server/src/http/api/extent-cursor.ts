import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteRange } from "../../buckets/read-range.ts";

/** What is left of a map, as clients carry it: they must not look inside. */
export function toExtentCursor({ start, end }: ByteRange): string {
  return Buffer.from(`extent:${start}:${end}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toExtentCursor` did not make. */
export function readExtentCursor(cursor: string): ByteRange {
  const [, start, end] = /^extent:(\d{1,16}):(\d{1,16})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (start === undefined || end === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return { start: Number(start), end: Number(end) };
}
