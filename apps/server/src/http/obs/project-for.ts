import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";

/** What an operation does to a project's buckets. */
export type Access = "read" | "write";

const rolesFor: Readonly<Record<Access, readonly string[]>> = { read: ["reader", "member", "admin"], write: ["member", "admin"] };

/**
 * Answers the project that a principal calls for, if one of its roles there allows the access.
 *
 * Throws  obs.AccessDenied, obs.AccessDenied.noProject
 */
export function projectFor({ project, roles }: Principal, access: Access, operation: string): ProjectId {
  if (project === undefined) {
    throw new ServiceError("obs.AccessDenied.noProject");
  }
  if (!roles.some((role) => rolesFor[access].includes(role))) {
    throw new ServiceError("obs.AccessDenied", { operation });
  }
  return project.id;
}
