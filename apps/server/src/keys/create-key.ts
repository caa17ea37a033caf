import type { MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";
import { checkAlias, checkDescription } from "./check-key-words.ts";
import { keyCaller } from "./key-caller.ts";
import type { KeysDeps } from "./keys-deps.ts";

/** What a user says of a new key. */
export interface KeyRequest {
  readonly alias: string;
  readonly description: string;
  readonly enterpriseProjectId: string;
}

/**
 * Makes a master key for the caller's project.
 *
 * Throws  KMS.0307; KMS.1101, KMS.1103 (words), KMS.1104 (alias taken), KMS.1105 (quota)
 */
export async function createKey(deps: KeysDeps, principal: Principal, request: KeyRequest): Promise<MasterKey> {
  const { projectId } = keyCaller(principal, "kms:cmk:create");
  checkAlias(request.alias);
  checkDescription(request.description);
  return await deps.keys.createKey({ ...request, projectId, isDefault: false }, { mostInProject: deps.limits.keys.perProject });
}
