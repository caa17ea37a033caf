import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/**
 * The project whose keys a principal may look at.
 *
 * Throws  identity.projectRequired for an unscoped principal, KMS.0307 without a role that may read
 */
export function readingProject(principal: Principal, action: string): ProjectId {
  return projectWith(principal, ["admin", "member", "reader"], action);
}

/**
 * The project whose keys a principal may use and change.
 *
 * Throws  identity.projectRequired for an unscoped principal, KMS.0307 without a role that may
 */
export function usingProject(principal: Principal, action: string): ProjectId {
  return projectWith(principal, ["admin", "member"], action);
}

function projectWith({ project, roles }: Principal, accepted: readonly string[], action: string): ProjectId {
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  if (!roles.some((role) => accepted.includes(role))) {
    throw new ServiceError("KMS.0307", { action });
  }
  return project.id;
}
