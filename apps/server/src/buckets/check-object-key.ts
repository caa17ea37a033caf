import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BucketCeilings } from "./bucket-ceilings.table.ts";

/**
 * Refuses keys that no object may have. The NUL character is refused since databases end a text there.
 *
 * Throws  obs.KeyTooLongError, obs.InvalidArgument
 */
export function checkObjectKey(key: string, ceilings: Pick<BucketCeilings, "keyBytes">): void {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > ceilings.keyBytes) {
    throw new ServiceError("obs.KeyTooLongError", { sizeBytes, limitBytes: ceilings.keyBytes });
  }
  if (key === "" || key.includes("\0") || !key.isWellFormed()) {
    throw new ServiceError("obs.InvalidArgument", { name: "The key", reason: "it must be text of at least one character, without NUL" });
  }
}
