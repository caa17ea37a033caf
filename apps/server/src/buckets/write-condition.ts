import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { ObjectAddress } from "./require-bucket.ts";

/** What must be true of a key when an object is put there. `new` and `absent` are the same, told differently when they fail. */
export type WriteCondition = { readonly kind: "new" } | { readonly kind: "absent" } | { readonly kind: "etag"; readonly etag: string };

/** Throws  obs.ObjectAlreadyExists (`new`), obs.PreconditionFailed (`absent`, `etag`), obs.NoSuchKey (`etag` of nothing) */
export function checkWriteCondition(
  condition: WriteCondition | undefined,
  existing: ObjectRecord | undefined,
  address: ObjectAddress,
): void {
  const where = { bucket: address.bucket, key: address.key };
  if (condition?.kind === "new" && existing !== undefined) {
    throw new ServiceError("obs.ObjectAlreadyExists", where);
  }
  if (condition?.kind === "absent" && existing !== undefined) {
    throw new ServiceError("obs.PreconditionFailed", { condition: "If-None-Match" });
  }
  if (condition?.kind === "etag") {
    if (existing === undefined) {
      throw new ServiceError("obs.NoSuchKey", where);
    }
    if (existing.etag !== condition.etag) {
      throw new ServiceError("obs.PreconditionFailed", { condition: "If-Match" });
    }
  }
}
