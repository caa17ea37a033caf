import { ServiceError } from "@tintype/contract/service-error.ts";
import { chooseProject } from "../../identity/choose-project.ts";
import { findActiveUser } from "../../identity/principal-of-user.ts";
import type { AccessKeyRecord } from "../../ports/identity-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import type { ObsServices } from "./obs-services.ts";

/**
 * The access key of that name, if it is enabled.
 *
 * Throws  obs.InvalidAccessKeyId
 */
export async function requireAccessKey({ catalog }: Pick<ObsServices, "catalog">, access: string): Promise<AccessKeyRecord> {
  const key = await catalog.identity.accessKey(access);
  if (key === undefined || !key.enabled) {
    throw unknownKey(access);
  }
  return key;
}

/**
 * Who an access key stands for. The S3 dialect has no word for a project, so it is the one named after the region, or else the
 * user's only one.
 *
 * Throws  obs.InvalidAccessKeyId when the user is disabled
 */
export async function accessKeyPrincipal(services: Pick<ObsServices, "catalog" | "region">, key: AccessKeyRecord): Promise<Principal> {
  const found = await findActiveUser(services, key.userId);
  if (found === undefined) {
    throw unknownKey(key.access);
  }
  return await chooseProject(services, { ...found, method: "signature" }, undefined);
}

function unknownKey(access: string): ServiceError {
  return new ServiceError("obs.InvalidAccessKeyId", { access: access.slice(0, 100) });
}
