import type { AgencyRecord, DomainRecord, ProjectRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { DomainId, UserId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { resolveRights } from "./resolve-rights.ts";

/** A user that was authenticated, and how. */
export interface KnownUser {
  readonly user: UserRecord;
  readonly domain: DomainRecord;
  readonly method: Principal["method"];
  /** When that was. */
  readonly at: number;
  /** The agency that it acts as, and that agency's domain. */
  readonly agency?: { readonly record: AgencyRecord; readonly domain: DomainRecord } | undefined;
}

/** What somebody wants to act for: a project, its whole domain, or nothing yet. */
export type PrincipalScope = { readonly project: ProjectRecord } | "domain" | undefined;

/** A user that may log in, and its domain; undefined when it does not exist or is disabled. */
export async function findActiveUser(
  { catalog }: Pick<IdentityDeps, "catalog">,
  id: string,
): Promise<{ readonly user: UserRecord; readonly domain: DomainRecord } | undefined> {
  const user = await catalog.identity.user({ id });
  const domain = user && (await catalog.identity.domain({ id: user.domainId }));
  return user?.enabled === true && domain !== undefined ? { user, domain } : undefined;
}

/**
 * The principal that a user is within a scope, with all of its rights there. Undefined when the project is disabled, or nothing was given to
 * the user in it.
 */
export async function principalOfUser(
  { catalog }: Pick<IdentityDeps, "catalog">,
  who: KnownUser,
  scope: PrincipalScope,
): Promise<Principal | undefined> {
  const base = { ...namesOf(who), method: who.method, at: who.at };
  if (scope === undefined) {
    return { ...base, project: undefined, roles: [], rights: { statements: [], idle: [] } };
  }
  const project = scope === "domain" ? undefined : scope.project;
  const { kind, id } = subjectOf(who);
  const isReachable = project === undefined || (project.enabled && project.domainId === base.domainId);
  const given = isReachable
    ? await catalog.identity.givenRoles({ subject: { kind, id }, domainId: base.domainId, projectId: project?.id })
    : [];
  if (project !== undefined && given.length === 0) {
    return undefined;
  }
  const { names, rights } = resolveRights(given);
  const place = project === undefined ? { project, isForDomain: true as const } : { project: { id: project.id, name: project.name } };
  return { ...base, ...place, roles: names, rights };
}

function subjectOf({ user, agency }: KnownUser): { readonly kind: "user" | "agency"; readonly id: string } {
  return agency === undefined ? { kind: "user", id: user.id } : { kind: "agency", id: agency.record.id };
}

function namesOf({ user, domain, agency }: KnownUser): Omit<Principal, "project" | "roles" | "rights" | "method" | "at"> {
  const own = { userId: user.id, userName: user.name, domainId: domain.id, domainName: domain.name };
  if (agency === undefined) {
    return own;
  }
  const { record, domain: lender } = agency;
  // In the lender's domain the agency is the user; whoever is behind it stays known.
  const userId = record.id as string as UserId;
  const domainId: DomainId = lender.id;
  const userName = `${lender.name}/${record.name}`;
  return { userId, userName, domainId, domainName: lender.name, actor: { ...own, agencyId: record.id } };
}
