import { ServiceError } from "@tintype/contract/service-error.ts";
import type { AssignmentRecord, ScopeKind, SubjectKind } from "../ports/identity-catalog.ts";
import type { DomainId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { guardOperatorsRole } from "./guard-operators.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { inOwnDomain } from "./own-domain.ts";
import { systemRole } from "./system-roles.table.ts";

/** Who has rights, and where. Any text may be asked about. */
export interface AssignmentPlace {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly scopeKind: ScopeKind;
  readonly scopeId: string;
}

/** A place and a role. */
export interface AssignmentRequest extends AssignmentPlace {
  readonly roleId: string;
}

/** A role or policy by its id and name. */
export interface NamedRole {
  readonly id: string;
  readonly name: string;
}

/**
 * Gives a role or policy; harmless to repeat.
 *
 * Throws  identity.notFound, also for an enterprise project that the domain does not have; api.operatorsOnly for the role of operators
 */
export async function grantRole(deps: IdentityDeps, principal: Principal, request: AssignmentRequest): Promise<void> {
  guardOperatorsRole(principal, request.roleId);
  const assignment = await assignmentOf(deps, principal, request);
  const { scopeKind, scopeId, domainId } = assignment;
  if (
    scopeKind === "enterpriseProject" &&
    scopeId !== "0" &&
    (await deps.catalog.enterpriseProjects.get(domainId, scopeId)) === undefined
  ) {
    throw new ServiceError("identity.notFound", { kind: "enterprise project", id: scopeId.slice(0, 100) });
  }
  await deps.catalog.identity.assign(assignment);
}

/** Takes a role or policy away. Throws  identity.notFound, also when it was not given; api.operatorsOnly */
export async function revokeRole(deps: IdentityDeps, principal: Principal, request: AssignmentRequest): Promise<void> {
  guardOperatorsRole(principal, request.roleId);
  if (!(await deps.catalog.identity.unassign(await assignmentOf(deps, principal, request)))) {
    throw new ServiceError("identity.notFound", { kind: "assignment", id: request.roleId.slice(0, 100) });
  }
}

/** Requires that a role or policy is given. Throws  identity.notFound */
export async function checkRole(deps: IdentityDeps, principal: Principal, request: AssignmentRequest): Promise<void> {
  const assignment = await assignmentOf(deps, principal, request);
  if ((await deps.catalog.identity.assignments(assignment)).length === 0) {
    throw new ServiceError("identity.notFound", { kind: "assignment", id: request.roleId.slice(0, 100) });
  }
}

/** The roles and policies that are given at one place. Throws  identity.notFound */
export async function listRolesAt(deps: IdentityDeps, principal: Principal, place: AssignmentPlace): Promise<readonly NamedRole[]> {
  const filter = await placeOf(deps, principal, place);
  const found = await deps.catalog.identity.assignments(filter);
  return await Promise.all(found.map(async ({ roleId }) => namedRole(deps, roleId)));
}

/** Who has what in the caller's domain. */
export async function listAssignments(
  { catalog }: IdentityDeps,
  principal: Principal,
  filter: Partial<Omit<AssignmentRecord, "domainId">>,
): Promise<readonly AssignmentRecord[]> {
  return await catalog.identity.assignments({ ...filter, domainId: principal.domainId });
}

/** A role or policy with its name. */
export async function namedRole({ catalog }: Pick<IdentityDeps, "catalog">, id: string): Promise<NamedRole> {
  return { id, name: systemRole(id)?.name ?? (await catalog.identity.policy({ id }))?.name ?? id };
}

/** Names of everybody and everything in a list of assignments of one domain, by id. */
export async function namesOfAssignments(
  deps: IdentityDeps,
  principal: Principal,
  lines: readonly AssignmentRecord[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>([[principal.domainId, principal.domainName]]);
  for (const { subjectKind, subjectId, scopeKind, scopeId, roleId } of lines) {
    if (!names.has(roleId)) {
      names.set(roleId, (await namedRole(deps, roleId)).name);
    }
    if (!names.has(subjectId)) {
      names.set(subjectId, (await deps.catalog.identity[subjectKind]({ id: subjectId }))?.name ?? subjectId);
    }
    if (scopeKind === "project" && !names.has(scopeId)) {
      names.set(scopeId, (await deps.catalog.identity.project({ id: scopeId }))?.name ?? scopeId);
    }
  }
  return names;
}

async function assignmentOf(deps: IdentityDeps, principal: Principal, request: AssignmentRequest): Promise<AssignmentRecord> {
  const place = await placeOf(deps, principal, request);
  const { roleId } = request;
  const policy = systemRole(roleId) === undefined ? await deps.catalog.identity.policy({ id: roleId }) : undefined;
  if (systemRole(roleId) === undefined && policy?.domainId !== place.domainId) {
    throw new ServiceError("identity.notFound", { kind: "role", id: roleId.slice(0, 100) });
  }
  return { ...place, roleId };
}

async function placeOf(deps: IdentityDeps, principal: Principal, place: AssignmentPlace): Promise<Omit<AssignmentRecord, "roleId">> {
  const { subjectKind, subjectId, scopeKind, scopeId } = place;
  const subject = await findSubject(deps, subjectKind, subjectId);
  const { domainId } = inOwnDomain(principal, subject, { kind: subjectKind, id: subjectId });
  const scopeDomain = await domainOfScope(deps, { scopeKind, scopeId, domainId });
  if (scopeDomain !== domainId) {
    throw new ServiceError("identity.notFound", { kind: scopeKind === "project" ? "project" : "domain", id: scopeId.slice(0, 100) });
  }
  return { subjectKind, subjectId, scopeKind, scopeId, domainId };
}

async function findSubject({ catalog }: IdentityDeps, kind: SubjectKind, id: string): Promise<{ readonly domainId: DomainId } | undefined> {
  return await catalog.identity[kind]({ id });
}

/** An enterprise project is the domain's own, whatever its id: rights in one that is gone can still be seen and taken away. */
async function domainOfScope(
  { catalog }: IdentityDeps,
  { scopeKind, scopeId, domainId }: Pick<AssignmentRecord, "scopeKind" | "scopeId" | "domainId">,
): Promise<string | undefined> {
  if (scopeKind === "project") {
    return (await catalog.identity.project({ id: scopeId }))?.domainId;
  }
  return scopeKind === "enterpriseProject" ? domainId : scopeId;
}
