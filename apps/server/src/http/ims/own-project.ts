import type { Principal } from "../../ports/principal.ts";
import { requireSameProject } from "../require-same-project.ts";

/**
 * Refuses a call whose address names another project than the caller's.
 *
 * Throws  identity.projectRequired for an unscoped principal, IMG.0030
 */
export function requireOwnProject(principal: Principal, projectId: string): void {
  requireSameProject(principal, projectId, "IMG.0030");
}
