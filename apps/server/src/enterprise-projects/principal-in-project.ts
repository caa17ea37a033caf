import { findActiveUser, principalOfUser } from "../identity/principal-of-user.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";

/**
 * What a principal is in a project that a call names: itself, when it is for that project; with all of its rights there, when it is for
 * the whole domain. Undefined when its credentials do not reach the project.
 */
export async function principalInProject(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  projectId: string,
): Promise<Principal | undefined> {
  if (principal.project?.id === projectId) {
    return principal;
  }
  // Credentials for one project are none for others; an agency is given to its projects one by one.
  if (principal.isForDomain !== true || principal.actor !== undefined) {
    return undefined;
  }
  const known = await findActiveUser({ catalog }, principal.userId);
  const project = await catalog.identity.project({ id: projectId });
  return known && project && (await principalOfUser({ catalog }, { ...known, method: principal.method, at: principal.at }, { project }));
}
