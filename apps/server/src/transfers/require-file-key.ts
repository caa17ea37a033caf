import { requireObjectKey } from "../buckets/object-keys.ts";
import { imageKeyRules, keyRefused } from "../images/key-rules.table.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import type { TransferFile } from "./transfer-rules.table.ts";

/**
 * Requires what reading an encrypted file takes: its key works, and the caller may unwrap with it. Others pass, also one that is not there.
 *
 * Throws  IMG.0026, IMG.0095, IMG.0097; what the key service throws when it cannot be reached
 */
export async function requireFileKey(keys: KeyService, principal: Principal, { object }: Pick<TransferFile, "object">): Promise<void> {
  try {
    await requireObjectKey(keys, principal, object ?? {}, "IMG.0026");
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}
