import { ServiceError } from "@tintype/contract/service-error.ts";
import type { KeyState, MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import { keyCaller } from "./key-caller.ts";
import type { KeysDeps } from "./keys-deps.ts";
import { requireKey } from "./require-key.ts";

/** A part of a project's keys. */
export interface KeyPage {
  readonly keys: readonly MasterKey[];
  /** Of all pages. */
  readonly total: number;
  /** How many keys to pass over for the next page; undefined on the last one. */
  readonly next: number | undefined;
}

/**
 * Lists the keys of the caller's project, newest first, the services' own included.
 *
 * Throws  KMS.0307; KMS.1601 (limit), KMS.1602 (a marker beyond the end)
 */
export async function listKeys(
  deps: KeysDeps,
  principal: Principal,
  query: { readonly state?: KeyState | "none" | undefined; readonly passOver: number; readonly limit: number },
): Promise<KeyPage> {
  const { projectId } = keyCaller(principal, "kms:cmk:list");
  const { state, passOver, limit } = query;
  if (limit < 1 || limit > 1000) {
    throw new ServiceError("KMS.1601", { value: limit });
  }
  const found = (await deps.keys.listKeys(projectId)).filter((key) => state === undefined || key.state === state);
  if (passOver > found.length) {
    throw new ServiceError("KMS.1602", { value: passOver });
  }
  const end = passOver + limit;
  return { keys: found.slice(passOver, end), total: found.length, next: end < found.length ? end : undefined };
}

/** One key of the caller's project, by id or `alias/NAME`. Throws  KMS.0307, KMS.0207 */
export async function describeKey(deps: KeysDeps, principal: Principal, reference: string): Promise<MasterKey> {
  const caller = keyCaller(principal, "kms:cmk:get");
  const key = await requireKey(deps.keys, caller.projectId, reference);
  caller.checkRight(key);
  return key;
}
