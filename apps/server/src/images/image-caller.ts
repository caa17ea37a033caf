import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/** Whose images a call is about. */
export interface ImageCaller {
  readonly projectId: ProjectId;
  /** True for an administrator, for whom every project's images exist. */
  readonly isAdministrator: boolean;
}

/**
 * Lets a principal read the images of its project.
 *
 * Throws  identity.projectRequired for an unscoped principal, IMG.0026 without a role that may read
 */
export function readingCaller(principal: Principal, action: string): ImageCaller {
  return callerWith(principal, ["admin", "member", "reader"], action);
}

/**
 * Lets a principal change the images of its project.
 *
 * Throws  identity.projectRequired for an unscoped principal, IMG.0026 without a role that may change
 */
export function writingCaller(principal: Principal, action: string): ImageCaller {
  return callerWith(principal, ["admin", "member"], action);
}

function callerWith({ project, roles }: Principal, accepted: readonly string[], action: string): ImageCaller {
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  if (!roles.some((role) => accepted.includes(role))) {
    throw new ServiceError("IMG.0026", { action });
  }
  return { projectId: project.id, isAdministrator: roles.includes("admin") };
}
