import { ServiceError } from "@tintype/contract/service-error.ts";
import { longestContext } from "../ports/key-service.ts";
import type { DataKey, EncryptionContext, KeyId } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import { keyCaller } from "./key-caller.ts";
import type { KeyCaller } from "./key-caller.ts";
import type { KeysDeps } from "./keys-deps.ts";
import { requireKey } from "./require-key.ts";

/** Which key works, and what the data key is for. */
export interface DataKeyCall {
  /** Id, or `alias/NAME`. */
  readonly key: string;
  readonly context: EncryptionContext | undefined;
}

/** Makes a data key. Throws  KMS.0307, KMS.0207, KMS.0208, KMS.0209, KMS.0210, KMS.1901 */
export async function createDataKey(
  deps: KeysDeps,
  principal: Principal,
  call: DataKeyCall & { readonly lengthBytes: number },
): Promise<DataKey & { readonly keyId: KeyId }> {
  const { id, context } = await keyOf(deps, keyCaller(principal, "kms:dek:create"), call);
  return { keyId: id, ...(await deps.keys.createDataKey(id, { context, lengthBytes: call.lengthBytes })) };
}

/** Wraps a data key. Throws  KMS.0307, KMS.0207, KMS.0208, KMS.0209, KMS.0210, KMS.2101 */
export async function encryptDataKey(
  deps: KeysDeps,
  principal: Principal,
  call: DataKeyCall & { readonly plain: Uint8Array },
): Promise<{ readonly keyId: KeyId; readonly wrapped: Uint8Array }> {
  const { id, context } = await keyOf(deps, keyCaller(principal, "kms:dek:crypto"), call);
  return { keyId: id, wrapped: await deps.keys.encryptDataKey(id, call.plain, { context }) };
}

/** Unwraps a data key that this very key wrapped. Throws  KMS.0307, KMS.0207, KMS.0208, KMS.0209, KMS.0210, KMS.2201 */
export async function decryptDataKey(
  deps: KeysDeps,
  principal: Principal,
  call: DataKeyCall & { readonly wrapped: Uint8Array },
): Promise<Uint8Array> {
  const { id, context } = await keyOf(deps, keyCaller(principal, "kms:dek:crypto"), call);
  return await deps.keys.decryptDataKey(call.wrapped, { context, keyId: id });
}

async function keyOf(deps: KeysDeps, caller: KeyCaller, { key, context }: DataKeyCall) {
  if (context !== undefined && JSON.stringify(context).length > longestContext) {
    throw new ServiceError("KMS.0208", { problem: "it is too long", limit: longestContext });
  }
  const found = await requireKey(deps.keys, caller.projectId, key);
  caller.checkRight(found);
  return { id: found.id, context };
}
