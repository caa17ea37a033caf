import { isServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { KeyService, MasterKey } from "../ports/key-service.ts";

/** The key that a service has in a project, by its alias, if it was asked for before. */
export async function findServiceKey(
  keys: Pick<KeyService, "listKeys">,
  projectId: ProjectId,
  alias: string,
): Promise<MasterKey | undefined> {
  return (await keys.listKeys(projectId)).find((key) => key.isDefault && key.alias === alias);
}

/**
 * The key that a service has in a project, by its alias: made the first time that it is asked for, exactly once however many ask together. Users see and
 * use it; they can neither change nor delete it, and it does not count for their quota.
 *
 * Throws  what the key service throws when it cannot be reached
 */
export async function serviceKey(keys: KeyService, projectId: ProjectId, alias: string): Promise<MasterKey> {
  const existing = await findServiceKey(keys, projectId, alias);
  if (existing !== undefined) {
    return existing;
  }
  try {
    return await keys.createKey({ projectId, alias, description: "", enterpriseProjectId: "0", isDefault: true }, { mostInProject: 0 });
  } catch (error) {
    const made = isServiceError(error) && error.code === "KMS.1104" ? await findServiceKey(keys, projectId, alias) : undefined;
    if (made === undefined) {
      throw error;
    }
    return made;
  }
}
