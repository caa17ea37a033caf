import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { mayDo } from "./authorize.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** Which projects to list; all conditions hold together. */
export interface ProjectQuery {
  readonly name?: string | undefined;
  readonly domainId?: string | undefined;
}

/** The projects in which the caller has a role. An administrator sees all when it asks for more than its own. */
export async function listProjects(
  { catalog }: Pick<IdentityDeps, "catalog">,
  principal: Principal,
  { name, domainId }: ProjectQuery,
  whose: "own" | "visible",
): Promise<readonly ProjectRecord[]> {
  const seesAll = whose === "visible" && mayDo(principal, "tintype:projects:listAll") && principal.method === "token";
  return await catalog.identity.projects({
    ...(name === undefined ? {} : { name }),
    ...(domainId === undefined ? {} : { domainId }),
    ...(seesAll ? {} : { userId: principal.userId }),
  });
}

/**
 * One project that exists for the caller.
 *
 * Throws  identity.projectNotFound
 */
export async function getProject(deps: Pick<IdentityDeps, "catalog">, principal: Principal, id: string): Promise<ProjectRecord> {
  const project = (await listProjects(deps, principal, {}, "visible")).find((candidate) => candidate.id === id);
  if (project === undefined) {
    throw new ServiceError("identity.projectNotFound", { projectId: id.slice(0, 100) });
  }
  return project;
}
