import type { MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import { checkAlias, checkDescription } from "./check-key-words.ts";
import { usingProject } from "./key-caller.ts";
import type { KeysDeps } from "./keys-deps.ts";
import { requireOwnKey } from "./require-key.ts";

/** What a user may do to a key. */
export type KeyChange =
  | { readonly kind: "enable" | "disable" | "cancelDeletion" | "rotate" }
  | { readonly kind: "scheduleDeletion"; readonly days: number }
  | { readonly kind: "update"; readonly alias?: string; readonly description?: string };

/**
 * Changes a key of the caller's project.
 *
 * Throws  KMS.0307 (role), KMS.0207 (no such key), KMS.0211 (it belongs to a service); what the key service says of its state
 */
export async function changeKey(deps: KeysDeps, principal: Principal, id: string, change: KeyChange): Promise<MasterKey> {
  const projectId = usingProject(principal, "change a key");
  const key = await requireOwnKey(deps.keys, projectId, id);
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
