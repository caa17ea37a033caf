import { isServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { KeyService, MasterKey } from "../ports/key-service.ts";

/**
 * The key that a service has in a project, by its alias: made the first time that it is asked for, exactly once however many ask together. Users see and
 * use it; they can neither change nor delete it, and it does not count for their quota.
 *
 * Throws  what the key service throws when it cannot be reached
 */
export async function serviceKey(keys: KeyService, projectId: ProjectId, alias: string): Promise<MasterKey> {
  const find = async () => (await keys.listKeys(projectId)).find((key) => key.isDefault && key.alias === alias);
  const existing = await find();
  if (existing !== undefined) {
    return existing;
  }
  try {
    return await keys.createKey({ projectId, alias, description: "", enterpriseProjectId: "0", isDefault: true }, { mostInProject: 0 });
  } catch (error) {
    const made = isServiceError(error) && error.code === "KMS.1104" ? await find() : undefined;
    if (made === undefined) {
      throw error;
    }
    return made;
  }
}
