import type { BlobKey } from "@tintype/store/blob-store.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import { requireKey } from "../keys/require-key.ts";
import { serviceKey } from "../keys/service-key.ts";
import type { ObjectEncryption, ObjectRecord } from "../ports/bucket-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { KeyId, KeyService, MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { BucketsDeps } from "./buckets-deps.ts";

/** Alias of the key that objects are encrypted with when nobody named one. */
export const defaultObjectKeyAlias = "obs/default";

/** That an object shall be encrypted with a master key: by its id, or `alias/NAME`, or the project's default one when none is named. */
export interface ObjectKeyRequest {
  readonly key: string | undefined;
}

/**
 * The key that an object shall be encrypted with: one of the project's, enabled, that the caller may make data keys with.
 *
 * Throws  KMS.0307, KMS.0207, KMS.0209, KMS.0210; what the key service throws when it cannot be reached
 */
export async function chooseObjectKey(
  keys: KeyService,
  { principal, projectId }: { readonly principal: Principal; readonly projectId: ProjectId },
  { key: reference }: ObjectKeyRequest,
): Promise<ObjectEncryption> {
  // Before the default key is made, which a caller without the right shall not cause.
  requireRights(principal, ["kms:dek:create"]);
  const key = await (reference === undefined ? serviceKey(keys, projectId, defaultObjectKeyAlias) : requireKey(keys, projectId, reference));
  requireRights(principal, ["kms:dek:create"], { resource: keyResource(key) });
  checkWorks(key);
  return { method: "kms", keyId: key.id };
}

/**
 * A new data key for a blob of an object; undefined for one that needs none of its own.
 *
 * Throws  KMS.0207, KMS.0209, KMS.0210; what the key service throws when it cannot be reached
 */
export async function newObjectKey(
  { keys, ids }: Pick<BucketsDeps, "keys" | "ids">,
  encryption: ObjectEncryption | undefined,
): Promise<BlobKey | undefined> {
  if (encryption?.method !== "kms") {
    return undefined;
  }
  const { plain, wrapped } = await keys.createDataKey(encryption.keyId);
  return { id: ids.hex32(), secret: plain, wrapped };
}

/**
 * Requires what reading an encrypted object takes: that its key works, and that the caller may unwrap with it. Passes for other objects.
 *
 * Throws  KMS.0307, or `code` where one is given; KMS.0207, KMS.0209, KMS.0210; what the key service throws when it cannot be reached
 */
export async function requireObjectKey(
  keys: KeyService,
  principal: Principal,
  { encryption }: Pick<ObjectRecord, "encryption">,
  code?: ErrorCode,
): Promise<void> {
  if (encryption?.method === "kms") {
    const key = await keys.getKey(encryption.keyId);
    requireRights(principal, ["kms:dek:crypto"], {
      resource: keyResource(key ?? { id: encryption.keyId, enterpriseProjectId: "0" }),
      ...(code !== undefined && { code }),
    });
    if (key === undefined) {
      throw new ServiceError("KMS.0207", { id: encryption.keyId });
    }
    checkWorks(key);
  }
}

/** Throws  KMS.0209, KMS.0210 */
function checkWorks({ id, state }: Pick<MasterKey, "id" | "state">): void {
  if (state !== "enabled") {
    throw new ServiceError(state === "disabled" ? "KMS.0209" : "KMS.0210", { id });
  }
}

function keyResource({ id, enterpriseProjectId }: { readonly id: KeyId; readonly enterpriseProjectId: string }) {
  return { type: "keyid", id, enterpriseProjectId, tags: [] };
}
