import { ServiceError } from "@tintype/contract/service-error.ts";
import type { GroupRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { GroupId, UserId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { mayDo } from "./authorize.ts";
import { forbidden } from "./forbidden.ts";
import { guardOperators } from "./guard-operators.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { domainFor, inOwnDomain } from "./own-domain.ts";
import { refuseTaken } from "./refuse-taken.ts";

/** What is said of a new group. */
export interface NewGroup {
  readonly name: string;
  readonly domainId: string | undefined;
  readonly description: string;
}

/** Makes a group without members or rights. Throws  identity.notFound (domain), identity.conflict */
export async function createGroup(
  deps: IdentityDeps,
  principal: Principal,
  { name, domainId, description }: NewGroup,
): Promise<GroupRecord> {
  // The port makes 32 hex digits, which is what names of groups are.
  const id = deps.ids.hex32() as GroupId;
  const group: GroupRecord = { id, domainId: await domainFor(deps, principal, domainId), name, description, createdAt: deps.clock.now() };
  await refuseTaken({ kind: "group", name }, async () => deps.catalog.identity.insertGroup(group));
  return group;
}

/** The groups of a domain, by name. Throws  identity.notFound (domain) */
export async function listGroups(
  { catalog }: IdentityDeps,
  principal: Principal,
  { domainId, name }: { readonly domainId: string | undefined; readonly name: string | undefined },
): Promise<readonly GroupRecord[]> {
  return await catalog.identity.groups({
    domainId: await domainFor({ catalog }, principal, domainId),
    ...(name === undefined ? {} : { name }),
  });
}

/** A group of the own domain. Throws  identity.notFound */
export async function getGroup({ catalog }: IdentityDeps, principal: Principal, id: string): Promise<GroupRecord> {
  return inOwnDomain(principal, await catalog.identity.group({ id }), { kind: "group", id });
}

/** Changes the words of a group. Throws  identity.notFound, identity.conflict */
export async function updateGroup(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
  change: { readonly name?: string; readonly description?: string },
): Promise<GroupRecord> {
  const group = await getGroup(deps, principal, id);
  await refuseTaken({ kind: "group", name: change.name ?? "" }, () =>
    deps.catalog.transaction(({ identity }) => identity.updateGroup(group.id, change)),
  );
  return { ...group, ...change };
}

/** Deletes a group; its members lose what it gave them. Throws  identity.notFound, api.operatorsOnly */
export async function deleteGroup(deps: IdentityDeps, principal: Principal, id: string): Promise<void> {
  const group = await getGroup(deps, principal, id);
  await guardOperators(deps, principal, { kind: "group", id });
  await deps.catalog.transaction(({ identity }) => identity.deleteGroup(group.id));
}

/** A user and a group of one domain. */
export interface Membership {
  readonly groupId: string;
  readonly userId: string;
}

/** Puts a user into a group; harmless to repeat. Throws  identity.notFound, api.operatorsOnly */
export async function addMember(deps: IdentityDeps, principal: Principal, membership: Membership): Promise<void> {
  const { group, user } = await membersOf(deps, principal, membership);
  await guardOperators(deps, principal, { kind: "group", id: group.id });
  await deps.catalog.identity.addMember(group.id, user.id);
}

/** Takes a user out of a group. Throws  identity.notFound, also when it is not in it; api.operatorsOnly */
export async function removeMember(deps: IdentityDeps, principal: Principal, membership: Membership): Promise<void> {
  const { group, user } = await membersOf(deps, principal, membership);
  await guardOperators(deps, principal, { kind: "group", id: group.id });
  if (!(await deps.catalog.identity.removeMember(group.id, user.id))) {
    throw new ServiceError("identity.notFound", { kind: "member", id: user.id });
  }
}

/** Requires that a user is in a group. Throws  identity.notFound */
export async function checkMember(deps: IdentityDeps, principal: Principal, membership: Membership): Promise<void> {
  const { group, user } = await membersOf(deps, principal, membership);
  if (!(await deps.catalog.identity.users({ groupId: group.id })).some(({ id }) => id === user.id)) {
    throw new ServiceError("identity.notFound", { kind: "member", id: user.id });
  }
}

/** The users of a group, by name. Throws  identity.notFound */
export async function listMembers(deps: IdentityDeps, principal: Principal, groupId: string): Promise<readonly UserRecord[]> {
  const group = await getGroup(deps, principal, groupId);
  return await deps.catalog.identity.users({ groupId: group.id });
}

/** The groups that a user is in; everybody may ask for its own. Throws  identity.notFound, identity.forbidden */
export async function listGroupsOf({ catalog }: IdentityDeps, principal: Principal, userId: string): Promise<readonly GroupRecord[]> {
  if (userId !== principal.userId && !mayDo(principal, "iam:groups:listGroupsForUser")) {
    throw forbidden(principal, "iam:groups:listGroupsForUser");
  }
  const user = inOwnDomain(principal, await catalog.identity.user({ id: userId }), { kind: "user", id: userId });
  return await catalog.identity.groups({ userId: user.id });
}

async function membersOf(
  deps: IdentityDeps,
  principal: Principal,
  { groupId, userId }: Membership,
): Promise<{ readonly group: GroupRecord; readonly user: UserRecord & { readonly id: UserId } }> {
  const group = await getGroup(deps, principal, groupId);
  const user = inOwnDomain(principal, await deps.catalog.identity.user({ id: userId }), { kind: "user", id: userId });
  if (user.domainId !== group.domainId) {
    throw new ServiceError("identity.notFound", { kind: "user", id: userId.slice(0, 100) });
  }
  return { group, user };
}
