import type { DomainRecord, ProjectRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** A user that may log in, and its domain; undefined when it does not exist or is disabled. */
export async function findActiveUser(
  { catalog }: Pick<IdentityDeps, "catalog">,
  id: string,
): Promise<{ readonly user: UserRecord; readonly domain: DomainRecord } | undefined> {
  const user = await catalog.identity.user({ id });
  const domain = user && (await catalog.identity.domain({ id: user.domainId }));
  return user?.enabled === true && domain !== undefined ? { user, domain } : undefined;
}

/** The principal that a user is in a project, or in none. Undefined when the project is disabled or the user has no role there. */
export async function principalOfUser(
  { catalog }: Pick<IdentityDeps, "catalog">,
  who: { readonly user: UserRecord; readonly domain: DomainRecord; readonly method: Principal["method"] },
  project: ProjectRecord | undefined,
): Promise<Principal | undefined> {
  const { user, domain, method } = who;
  const base = { userId: user.id, userName: user.name, domainId: domain.id, domainName: domain.name, method };
  if (project === undefined) {
    return { ...base, project: undefined, roles: [] };
  }
  const roles = project.enabled ? await catalog.identity.roles(user.id, project.id) : [];
  return roles.length === 0 ? undefined : { ...base, project: { id: project.id, name: project.name }, roles };
}
