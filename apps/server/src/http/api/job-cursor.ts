import { ServiceError } from "@tintype/contract/service-error.ts";

/** Where the next page begins, as clients carry it: they must not look inside. */
export function toCursor(lastId: string): string {
  return Buffer.from(`job:${lastId}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toCursor` did not make. */
export function readCursor(cursor: string): string {
  const [, id] = /^job:([0-9a-f]{32})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (id === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return id;
}
