import { ServiceError } from "@tintype/contract/service-error.ts";
import { chooseProject } from "../../identity/choose-project.ts";
import { findSigner } from "../../identity/find-signer.ts";
import type { Signer } from "../../identity/find-signer.ts";
import type { Principal } from "../../ports/principal.ts";
import type { ObsRequest } from "./obs-request.ts";
import type { ObsServices } from "./obs-services.ts";

/**
 * The owner of an access key. A temporary key needs its security token beside it, in a header or, for a presigned URL, in the query.
 *
 * Throws  obs.InvalidAccessKeyId when there is no such key, it ended, or its user is disabled
 */
export async function requireSigner(
  services: Pick<ObsServices, "catalog" | "clock">,
  request: ObsRequest,
  access: string,
): Promise<Signer> {
  const securityToken =
    request.header("x-amz-security-token") ?? request.header("x-obs-security-token") ?? request.parameter("X-Amz-Security-Token");
  const signer = await findSigner(services, access, securityToken);
  if (signer === undefined) {
    throw new ServiceError("obs.InvalidAccessKeyId", { access: access.slice(0, 100) });
  }
  return signer;
}

/**
 * Who a signer is. The S3 dialect has no word for a project, so it is the one of a temporary key, or the one named after the region, or
 * else the user's only one.
 */
export async function signerPrincipal(services: Pick<ObsServices, "catalog" | "region">, { who, projectId }: Signer): Promise<Principal> {
  return await chooseProject(services, who, { projectId });
}
