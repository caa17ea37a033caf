import type { DomainRecord, ProjectRecord } from "../ports/identity-catalog.ts";
import type { DomainId, ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { domainFor, inOwnDomain, isOperator } from "./own-domain.ts";
import { refuseTaken } from "./refuse-taken.ts";

/** Makes a project in which nobody has a role. Throws  identity.notFound (domain), identity.conflict */
export async function createProject(
  deps: IdentityDeps,
  principal: Principal,
  { name, domainId, description, enabled }: Omit<ProjectRecord, "id" | "domainId"> & { readonly domainId: string | undefined },
): Promise<ProjectRecord> {
  // The port makes 32 hex digits, which is what names of projects are.
  const id = deps.ids.hex32() as ProjectId;
  const project: ProjectRecord = { id, domainId: await domainFor(deps, principal, domainId), name, description, enabled };
  await refuseTaken({ kind: "project", name }, async () => deps.catalog.identity.insertProject(project));
  return project;
}

/** Changes a project of the own domain. Throws  identity.notFound, identity.conflict */
export async function updateProject(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
  change: Partial<Pick<ProjectRecord, "name" | "description" | "enabled">>,
): Promise<ProjectRecord> {
  const project = inOwnDomain(principal, await deps.catalog.identity.project({ id }), { kind: "project", id });
  await refuseTaken({ kind: "project", name: change.name ?? "" }, () =>
    deps.catalog.transaction(({ identity }) => identity.updateProject(project.id, change)),
  );
  return { ...project, ...change };
}

/** The domains that exist for the caller: its own, or all for an operator. */
export async function listDomains({ catalog }: IdentityDeps, principal: Principal): Promise<readonly DomainRecord[]> {
  return isOperator(principal) ? await catalog.identity.domains() : [{ id: principal.domainId, name: principal.domainName }];
}

/** Makes a domain without users, for operators. Throws  identity.conflict */
export async function createDomain(deps: IdentityDeps, name: string): Promise<DomainRecord> {
  // The port makes 32 hex digits, which is what names of domains are.
  const domain: DomainRecord = { id: deps.ids.hex32() as DomainId, name };
  await refuseTaken({ kind: "domain", name }, async () => deps.catalog.identity.insertDomain(domain));
  return domain;
}
