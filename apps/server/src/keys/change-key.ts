import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import { checkAlias, checkDescription } from "./check-key-words.ts";
import { keyCaller } from "./key-caller.ts";
import type { KeysDeps } from "./keys-deps.ts";
import { requireOwnKey } from "./require-key.ts";

/** What a user may do to a key. */
export type KeyChange =
  | { readonly kind: "enable" | "disable" | "cancelDeletion" | "rotate" }
  | { readonly kind: "scheduleDeletion"; readonly days: number }
  | { readonly kind: "update"; readonly alias?: string; readonly description?: string };

const actionOf = {
  enable: "kms:cmk:enable",
  disable: "kms:cmk:disable",
  cancelDeletion: "kms:cmk:scheduleDeletion",
  scheduleDeletion: "kms:cmk:scheduleDeletion",
  rotate: "kms:cmk:update",
  update: "kms:cmk:update",
} as const satisfies Record<KeyChange["kind"], Action>;

/**
 * Changes a key of the caller's project.
 *
 * Throws  KMS.0307 (right), KMS.0207 (no such key), KMS.0211 (it belongs to a service); what the key service says of its state
 */
export async function changeKey(deps: KeysDeps, principal: Principal, id: string, change: KeyChange): Promise<MasterKey> {
  const caller = keyCaller(principal, actionOf[change.kind]);
  const key = await requireOwnKey(deps.keys, caller.projectId, id);
  caller.checkRight(key);
  switch (change.kind) {
    case "update":
      return await update(deps, key, change);
    case "scheduleDeletion":
      return await deps.keys.scheduleDeletion(key.id, change.days);
    case "enable":
    case "disable":
    case "cancelDeletion":
    case "rotate":
      return await deps.keys[change.kind](key.id);
  }
}

async function update(deps: KeysDeps, key: MasterKey, { alias, description }: KeyChange & { readonly kind: "update" }): Promise<MasterKey> {
  if (alias !== undefined) {
    checkAlias(alias);
  }
  if (description !== undefined) {
    checkDescription(description);
  }
  return await deps.keys.updateKey(key.id, {
    ...(alias === undefined ? {} : { alias }),
    ...(description === undefined ? {} : { description }),
  });
}
