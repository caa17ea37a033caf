import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { mayDo } from "../identity/authorize.ts";
import { projectOf } from "../identity/project-of.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/** Whose images a call is about, and what it does. */
export interface ImageCaller {
  readonly projectId: ProjectId;
  /** True for an administrator, for whom every project's images exist. */
  readonly isAdministrator: boolean;
  readonly action: Action;
  /** Tells whether the caller's rights cover this image. */
  may(image: Pick<ImageRecord, "id" | "enterpriseProjectId" | "tags">): boolean;
}

/**
 * Lets a principal do something with images of its project.
 *
 * Throws  identity.projectRequired for an unscoped principal, IMG.0026 when there is no image that it may do it with
 */
export function imageCaller(principal: Principal, action: Action): ImageCaller {
  const projectId = projectOf(principal);
  requireRights(principal, [action]);
  return {
    projectId,
    isAdministrator: mayDo(principal, "tintype:images:useAny"),
    action,
    may: (image) => mayDo(principal, action, image),
  };
}
