import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { mayDo } from "../identity/authorize.ts";
import { projectOf } from "../identity/project-of.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/** Whose audit trail a call is about. */
export interface AuditCaller {
  readonly projectId: ProjectId;
  /** True for operators, who also see calls that belong to no project. */
  readonly seesUnassigned: boolean;
}

/**
 * Lets a principal do something with the audit trail of its project.
 *
 * Throws  identity.projectRequired, CTS.0002
 */
export function auditCaller(principal: Principal, action: Action): AuditCaller {
  const projectId = projectOf(principal);
  requireRights(principal, [action]);
  return { projectId, seesUnassigned: mayDo(principal, "tintype:traces:listUnassigned") };
}
