import type { ProjectId } from "../ports/ids.ts";
import type { KeyService, MasterKey } from "../ports/key-service.ts";
import { serviceKey } from "./service-key.ts";

/** Alias of the key that images are encrypted with when nobody named one. */
export const defaultImageKeyAlias = "ims/default";

/**
 * The key of a project that images are encrypted with when nobody named one. See `serviceKey`.
 */
export async function defaultImageKey(keys: KeyService, projectId: ProjectId): Promise<MasterKey> {
  return await serviceKey(keys, projectId, defaultImageKeyAlias);
}
