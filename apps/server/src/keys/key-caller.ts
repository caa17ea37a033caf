import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { mayDo } from "../identity/authorize.ts";
import { forbidden } from "../identity/forbidden.ts";
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
  const { project } = principal;
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  if (!mayDo(principal, action)) {
    throw forbidden(principal, action);
  }
  return {
    projectId: project.id,
    checkRight({ id, enterpriseProjectId }) {
      const resource = { type: "keyid", id, enterpriseProjectId, tags: [] };
      if (!mayDo(principal, action, resource)) {
        throw forbidden(principal, action, resource);
      }
    },
  };
}
