import { ServiceError } from "@tintype/contract/service-error.ts";

/** Where the next page of the log of public images begins, as clients carry it: they must not look inside. */
export function toChangeCursor(lastId: string): string {
  return Buffer.from(`change:${lastId}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toChangeCursor` did not make. */
export function readChangeCursor(cursor: string): string {
  const [, id] = /^change:([0-9a-f-]{36})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (id === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return id;
}
