import type { BlobKey } from "@tintype/store/blob-store.ts";
import { defaultImageKey, defaultImageKeyAlias } from "../keys/default-image-key.ts";
import { findKey } from "../keys/require-key.ts";
import { findServiceKey } from "../keys/service-key.ts";
import type { ImageEncryption, ImageRecord } from "../ports/image-catalog.ts";
import type { Ids, ProjectId } from "../ports/ids.ts";
import type { KeyId, KeyService } from "../ports/key-service.ts";
import { checkRules } from "./check-rules.ts";
import { imageKeyRules, keyRefused } from "./key-rules.table.ts";
import type { KeyRules, KeyUse } from "./key-rules.table.ts";

/** That an image shall be encrypted, and with which key: by its id, or `alias/NAME`, or the project's default one when none is named. */
export interface EncryptionRequest {
  readonly key: string | undefined;
}

/**
 * The key that an image would be encrypted with, for `imageKeyRules` to judge. Undefined for the default one as long as it was not made, which
 * nothing speaks against.
 *
 * Throws  what the key service throws when it cannot be reached
 */
export async function findImageKey(keys: KeyService, projectId: ProjectId, { key }: EncryptionRequest): Promise<KeyUse | undefined> {
  if (key === undefined) {
    const found = await findServiceKey(keys, projectId, defaultImageKeyAlias);
    return found && { keyId: found.id, state: found.state };
  }
  const found = await findKey(keys, projectId, key);
  return { keyId: found?.id ?? key.slice(0, 300), state: found?.state };
}

/**
 * The key that an image shall be encrypted with: one of the project's, and enabled. The default one is made when it is first asked for.
 *
 * Throws  IMG.0095, IMG.0097; what the key service throws when it cannot be reached
 */
export async function chooseImageKey(keys: KeyService, projectId: ProjectId, request: EncryptionRequest): Promise<ImageEncryption> {
  const found = await findImageKey(keys, projectId, request);
  if (found === undefined) {
    return { keyId: (await defaultImageKey(keys, projectId)).id };
  }
  checkRules(imageKeyRules, found);
  return { keyId: found.keyId };
}

/**
 * Lets an image pass whose content can be read as far as its key goes (R-164).
 *
 * Throws  the rules' refusals; what the key service throws when it cannot be reached
 */
export async function checkContentKey(
  keys: KeyService,
  image: Pick<ImageRecord, "encryption">,
  rules: KeyRules = imageKeyRules,
): Promise<void> {
  if (image.encryption !== undefined) {
    const { keyId } = image.encryption;
    // The catalog keeps ids of keys that were keys when the image was made.
    checkRules(rules, { keyId, state: (await keys.getKey(keyId as KeyId))?.state });
  }
}

/**
 * A new data key for the content of an encrypted image.
 *
 * Throws  IMG.0095, IMG.0097; what the key service throws when it cannot be reached
 */
export async function newBlobKey(
  { keys, ids }: { readonly keys: KeyService; readonly ids: Ids },
  { keyId }: ImageEncryption,
): Promise<BlobKey> {
  try {
    const { plain, wrapped } = await keys.createDataKey(keyId as KeyId);
    return { id: ids.hex32(), secret: plain, wrapped };
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}
