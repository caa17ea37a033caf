import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { projectOf } from "../identity/project-of.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { MasterKey } from "../ports/key-service.ts";
import type { Principal } from "../ports/principal.ts";

/** Whose keys a call is about. */
export interface KeyCaller {
  readonly projectId: ProjectId;
  /** Requires that the caller's rights cover this key. Throws  KMS.0307 */
  checkRight(key: Pick<MasterKey, "id" | "enterpriseProjectId">): void;
}

/**
 * Lets a principal do something with keys of its project.
 *
 * Throws  identity.projectRequired for an unscoped principal, KMS.0307 when there is no key that it may do it with
 */
export function keyCaller(principal: Principal, action: Action): KeyCaller {
  const projectId = projectOf(principal);
  requireRights(principal, [action]);
  return {
    projectId,
    checkRight({ id, enterpriseProjectId }) {
      requireRights(principal, [action], { resource: { type: "keyid", id, enterpriseProjectId, tags: [] } });
    },
  };
}
