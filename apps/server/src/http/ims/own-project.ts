import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../../ports/principal.ts";

/**
 * Refuses a call whose address names another project than the caller's.
 *
 * Throws  identity.projectRequired for an unscoped principal, IMG.0030
 */
export function requireOwnProject({ project }: Principal, projectId: string): void {
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  if (projectId !== project.id) {
    throw new ServiceError("IMG.0030");
  }
}
