import type { BlobKey } from "@tintype/store/blob-store.ts";
import { defaultImageKey } from "../keys/default-image-key.ts";
import { requireKey } from "../keys/require-key.ts";
import type { ImageEncryption, ImageRecord } from "../ports/image-catalog.ts";
import type { Ids, ProjectId } from "../ports/ids.ts";
import type { KeyId, KeyService } from "../ports/key-service.ts";
import { checkRules } from "./check-rules.ts";
import { imageKeyRules, keyRefused } from "./key-rules.table.ts";
import type { KeyRules } from "./key-rules.table.ts";

/** That an image shall be encrypted, and with which key: by its id, or `alias/NAME`, or the project's default one when none is named. */
export interface EncryptionRequest {
  readonly key: string | undefined;
}

/**
 * The key that an image shall be encrypted with: one of the project's, and enabled. The default one is made when it is first asked for.
 *
 * Throws  IMG.0095, IMG.0097; what the key service throws when it cannot be reached
 */
export async function chooseImageKey(keys: KeyService, projectId: ProjectId, { key }: EncryptionRequest): Promise<ImageEncryption> {
  try {
    const { id, state } = key === undefined ? await defaultImageKey(keys, projectId) : await requireKey(keys, projectId, key);
    checkRules(imageKeyRules, { keyId: id, state });
    return { keyId: id };
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
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
