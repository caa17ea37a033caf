import { isServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { KeyService, MasterKey } from "../ports/key-service.ts";

/** Alias of the key that images are encrypted with when nobody named one. */
export const defaultImageKeyAlias = "ims/default";

/**
 * The key of a project that images are encrypted with when nobody named one: made the first time that it is asked for, exactly once however many
 * ask together. Users see and use it; they can neither change nor delete it, and it does not count for their quota.
 */
export async function defaultImageKey(keys: KeyService, projectId: ProjectId): Promise<MasterKey> {
  const existing = await find(keys, projectId);
  if (existing !== undefined) {
    return existing;
  }
  const key = { projectId, alias: defaultImageKeyAlias, description: "", enterpriseProjectId: "0", isDefault: true };
  try {
    return await keys.createKey(key, { mostInProject: 0 });
  } catch (error) {
    const made = isServiceError(error) && error.code === "KMS.1104" ? await find(keys, projectId) : undefined;
    if (made === undefined) {
      throw error;
    }
    return made;
  }
}

async function find(keys: KeyService, projectId: ProjectId): Promise<MasterKey | undefined> {
  return (await keys.listKeys(projectId)).find(({ alias, isDefault }) => isDefault && alias === defaultImageKeyAlias);
}
