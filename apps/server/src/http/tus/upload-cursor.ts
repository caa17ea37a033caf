import { ServiceError } from "@tintype/contract/service-error.ts";
import type { UploadPlace } from "../../ports/upload-catalog.ts";

/** Where the next page begins, as clients carry it: they must not look inside. */
export function toUploadCursor({ createdAt, id }: UploadPlace): string {
  return Buffer.from(`upload:${createdAt}:${id}`).toString("base64url");
}

/** Throws api.badCursor for a text that `toUploadCursor` did not make. */
export function readUploadCursor(cursor: string): UploadPlace {
  const [, createdAt, id] = /^upload:(\d{1,15}):([0-9a-f]{32})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (id === undefined) {
    throw new ServiceError("api.badCursor");
  }
  return { createdAt: Number(createdAt), id };
}
