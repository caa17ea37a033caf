import { isServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { KeyState } from "../ports/key-service.ts";
import { refusal } from "./check-rules.ts";
import type { Rule } from "./check-rules.ts";

/** A master key that an image needs. */
export interface KeyUse {
  readonly keyId: string;
  /** Undefined when there is no such key for the caller. */
  readonly state: KeyState | undefined;
}

/** What a key must be like: that it exists, then that it works. */
export type KeyRules = readonly [exists: Rule<KeyUse>, works: Rule<KeyUse>];

const stateWords: Readonly<Record<KeyState, { readonly stateEn: string; readonly stateZh: string }>> = {
  enabled: { stateEn: "enabled", stateZh: "已启用" },
  disabled: { stateEn: "disabled", stateZh: "已禁用" },
  pendingDeletion: { stateEn: "about to be deleted", stateZh: "计划删除" },
};

/** The key that an image is or shall be encrypted with. */
export const imageKeyRules: KeyRules = keyRules("IMG.0095", "IMG.0097");

/** The key that the original of a copy is encrypted with. */
export const originalKeyRules: KeyRules = keyRules("IMG.0101", "IMG.0102");

function keyRules(missing: ErrorCode, resting: ErrorCode): KeyRules {
  return [
    {
      name: "keyExists",
      requirement: "ims-api §9.5",
      code: missing,
      holds: ({ state }) => state !== undefined,
      data: ({ keyId }) => ({ key: keyId }),
    },
    {
      name: "keyIsEnabled",
      requirement: "R-164",
      code: resting,
      holds: ({ state }) => state === "enabled",
      data: ({ keyId, state = "disabled" }) => ({ key: keyId, ...stateWords[state] }),
    },
  ];
}

/** What the key service's refusals say about a key. */
const refusedStates: Readonly<Record<string, KeyState | undefined>> = {
  "KMS.0207": undefined,
  "KMS.0209": "disabled",
  "KMS.0210": "pendingDeletion",
};

/** What a thrown value means where an image needs a key: the refusal of the rule that the key breaks. Other values stay what they are. */
export function keyRefused([exists, works]: KeyRules, error: unknown): unknown {
  if (!isServiceError(error) || !Object.hasOwn(refusedStates, error.code)) {
    return error;
  }
  const state = refusedStates[error.code];
  const use = { keyId: String(error.data["id"]), state };
  return refusal(state === undefined ? exists : works, use, { cause: error });
}
