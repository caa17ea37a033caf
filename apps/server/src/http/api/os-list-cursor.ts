import { ServiceError } from "@tintype/contract/service-error.ts";

/** Where the next page of the lists of systems begins, as clients carry it: they must not look inside. */
export function toOsListCursor(lastName: string): string {
  return Buffer.from(`os-list:${lastName}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toOsListCursor` did not make. */
export function readOsListCursor(cursor: string): string {
  const [, name] = /^os-list:([a-z0-9._-]{1,60})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (name === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return name;
}
