import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { KeyId, KeyService, MasterKey } from "../ports/key-service.ts";

/** The project's key of that id, or, for `alias/NAME`, of that alias. Keys of other projects do not exist for it, administrators included. */
export async function findKey(keys: KeyService, projectId: ProjectId, reference: string): Promise<MasterKey | undefined> {
  const alias = reference.startsWith("alias/") ? reference.slice("alias/".length) : undefined;
  const key =
    alias === undefined
      ? await keys.getKey(reference as KeyId) // any text may be asked about
      : (await keys.listKeys(projectId)).find((candidate) => candidate.alias === alias);
  return key?.projectId === projectId ? key : undefined;
}

/**
 * As `findKey`.
 *
 * Throws  KMS.0207
 */
export async function requireKey(keys: KeyService, projectId: ProjectId, reference: string): Promise<MasterKey> {
  const key = await findKey(keys, projectId, reference);
  if (key === undefined) {
    throw new ServiceError("KMS.0207", { id: reference.slice(0, 300) });
  }
  return key;
}

/**
 * The project's key of that id, for a change that its user asks for.
 *
 * Throws  KMS.0207; KMS.0211 for a key that belongs to a service
 */
export async function requireOwnKey(keys: KeyService, projectId: ProjectId, reference: string): Promise<MasterKey> {
  const key = await requireKey(keys, projectId, reference);
  if (key.isDefault) {
    throw new ServiceError("KMS.0211", { alias: key.alias });
  }
  return key;
}
