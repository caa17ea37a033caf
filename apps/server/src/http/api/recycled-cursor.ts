import { ServiceError } from "@tintype/contract/service-error.ts";
import type { RecycledPlace } from "../../ports/recycle-bin.ts";

/** Where the next page of the recycle bin begins, as clients carry it: they must not look inside. */
export function toRecycledCursor({ deletedAt, id }: RecycledPlace): string {
  return Buffer.from(`recycled:${deletedAt}:${id}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toRecycledCursor` did not make. */
export function readRecycledCursor(cursor: string): RecycledPlace {
  const [, deletedAt, id] = /^recycled:(\d{1,16}):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (deletedAt === undefined || id === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return { deletedAt: Number(deletedAt), id };
}
