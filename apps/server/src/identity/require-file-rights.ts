import type { Principal } from "../ports/principal.ts";
import { bucketResource, objectResource } from "./bucket-resource.ts";
import { requireRights } from "./require-rights.ts";

/**
 * Requires the rights on a bucket and an object that an image is made from or written to: whoever works with images gets no further into the
 * buckets than by itself.
 *
 * Throws  IMG.0026, with the action of the object storage that is missing
 */
export function requireFileRights(
  principal: Principal,
  use: "read" | "write",
  { bucket, key }: { readonly bucket: string; readonly key: string },
): void {
  const code = "IMG.0026";
  requireRights(principal, ["obs:bucket:HeadBucket"], { resource: bucketResource(bucket), code });
  const action = use === "read" ? "obs:object:GetObject" : "obs:object:PutObject";
  requireRights(principal, [action], { resource: objectResource(bucket, key), code });
}

/** Requires the right to delete an object that an image is made from. Throws  IMG.0026 */
export function requireSourceDeletion(principal: Principal, { bucket, key }: { readonly bucket: string; readonly key: string }): void {
  requireRights(principal, ["obs:object:DeleteObject"], { resource: objectResource(bucket, key), code: "IMG.0026" });
}

/**
 * Requires the rights on keys that encrypting an image takes.
 *
 * Throws  IMG.0026, with the action of the key service that is missing
 */
export function requireEncryptionRights(principal: Principal): void {
  requireRights(principal, ["kms:cmk:get", "kms:dek:create"], { code: "IMG.0026" });
}
