import type { DomainId, GroupId, UserId } from "../ports/ids.ts";
import type { AssignmentRecord, IdentityCatalog } from "../ports/identity-catalog.ts";
import type { BootstrapGrant, BootstrapGroup, BootstrapPolicy } from "./bootstrap-schema.ts";
import { derivedId } from "./derived-id.ts";
import { parsePolicy } from "./parse-policy.ts";
import { systemRoles } from "./system-roles.table.ts";

/** Where bootstrapped things go. */
export interface BootstrapPlace {
  readonly identity: IdentityCatalog;
  readonly domainId: DomainId;
  readonly now: number;
}

/** Makes the policies that are not there, and brings the others up to date. Throws  identity.policyInvalid */
export async function applyPolicies({ identity, domainId, now }: BootstrapPlace, policies: readonly BootstrapPolicy[]): Promise<void> {
  for (const { id, name, description = "", policy } of policies) {
    const { document } = parsePolicy(policy);
    const kept = await identity.policy({ domainId, name });
    if (kept === undefined) {
      const record = { id: id ?? derivedId("policy", domainId, name), domainId, name, description, document };
      await identity.insertPolicy({ ...record, createdAt: now, updatedAt: now });
    } else {
      await identity.updatePolicy(kept.id, { description, document, updatedAt: now });
    }
  }
}

/** Makes the groups that are not there, and gives all of them their members and rights. */
export async function applyGroups(place: BootstrapPlace, groups: readonly BootstrapGroup[]): Promise<void> {
  const { identity, domainId, now } = place;
  for (const { id, name, description = "", users, grants } of groups) {
    const kept = await identity.group({ domainId, name });
    const groupId = kept?.id ?? ((id ?? derivedId("group", domainId, name)) as GroupId);
    if (kept === undefined) {
      await identity.insertGroup({ id: groupId, domainId, name, description, createdAt: now });
    }
    for (const userName of users) {
      const user = await identity.user({ domainId, name: userName });
      if (user === undefined) {
        throw new Error(`The group ${name} has the user ${userName}, which is not among the users`);
      }
      await identity.addMember(groupId, user.id);
    }
    await applyGrants(place, { kind: "group", id: groupId, name }, grants);
  }
}

/** Gives a user or group its rights. Throws  Error when a grant names a project that is not there */
export async function applyGrants(
  { identity, domainId }: BootstrapPlace,
  subject: { readonly kind: "user" | "group"; readonly id: UserId | GroupId; readonly name: string },
  grants: readonly BootstrapGrant[],
): Promise<void> {
  for (const grant of grants) {
    const scope = await scopeOf(identity, domainId, { grant, whose: `The ${subject.kind} ${subject.name}` });
    for (const role of grant.roles) {
      const roleId = await roleIdOf(identity, domainId, role);
      await identity.assign({ subjectKind: subject.kind, subjectId: subject.id, ...scope, domainId, roleId });
    }
  }
}

async function scopeOf(
  identity: IdentityCatalog,
  domainId: DomainId,
  { grant, whose }: { readonly grant: BootstrapGrant; readonly whose: string },
): Promise<Pick<AssignmentRecord, "scopeKind" | "scopeId">> {
  if ("enterpriseProject" in grant) {
    return { scopeKind: "enterpriseProject", scopeId: grant.enterpriseProject };
  }
  if (!("project" in grant)) {
    return { scopeKind: "allProjects" in grant ? "allProjects" : "domain", scopeId: domainId };
  }
  const project = await identity.project({ domainId, name: grant.project });
  if (project === undefined) {
    throw new Error(`${whose} has a role in the project ${grant.project}, which is not among the projects`);
  }
  return { scopeKind: "project", scopeId: project.id };
}

/** A name that stands for nothing is kept: other services of a region may know it. */
async function roleIdOf(identity: IdentityCatalog, domainId: DomainId, name: string): Promise<string> {
  const policy = await identity.policy({ domainId, name });
  const lower = name.toLowerCase();
  const role = systemRoles.find((candidate) => candidate.id === lower || candidate.name.toLowerCase() === lower);
  return policy?.id ?? role?.id ?? lower;
}
