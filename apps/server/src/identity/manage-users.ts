import { ServiceError } from "@tintype/contract/service-error.ts";
import type { UserRecord } from "../ports/identity-catalog.ts";
import type { UserId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { mayDo } from "./authorize.ts";
import { forbidden } from "./forbidden.ts";
import { guardOperators } from "./guard-operators.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { domainFor, inOwnDomain } from "./own-domain.ts";
import { hashPassword, isPassword, nobodysHash } from "./password-hash.ts";
import { refuseTaken } from "./refuse-taken.ts";

/** What is said of a new user. Without a password it can only use access keys. */
export interface NewUser {
  readonly name: string;
  readonly domainId: string | undefined;
  readonly description: string;
  readonly password: string | undefined;
  readonly enabled: boolean;
}

/** What changes. */
export interface UserChange {
  readonly name?: string;
  readonly description?: string;
  readonly password?: string;
  readonly enabled?: boolean;
}

/** Makes a user, who has no rights. Throws  identity.notFound (domain), identity.conflict */
export async function createUser(deps: IdentityDeps, principal: Principal, request: NewUser): Promise<UserRecord> {
  const domainId = await domainFor(deps, principal, request.domainId);
  const { name, description, password, enabled } = request;
  const passwordHash = password === undefined ? nobodysHash : await hashPassword(password);
  // The port makes 32 hex digits, which is what names of users are.
  const user: UserRecord = { id: deps.ids.hex32() as UserId, domainId, name, description, passwordHash, enabled };
  await refuseTaken({ kind: "user", name }, async () => deps.catalog.identity.insertUser(user));
  return user;
}

/** The users of a domain, by name. Throws  identity.notFound (domain) */
export async function listUsers(
  { catalog }: IdentityDeps,
  principal: Principal,
  { domainId, name }: { readonly domainId: string | undefined; readonly name: string | undefined },
): Promise<readonly UserRecord[]> {
  return await catalog.identity.users({
    domainId: await domainFor({ catalog }, principal, domainId),
    ...(name === undefined ? {} : { name }),
  });
}

/** A user of the own domain. Everybody may look at itself. Throws  identity.notFound, identity.forbidden */
export async function getUser({ catalog }: IdentityDeps, principal: Principal, id: string): Promise<UserRecord> {
  if (id !== principal.userId && !mayDo(principal, "iam:users:getUser")) {
    throw forbidden(principal, "iam:users:getUser");
  }
  return inOwnDomain(principal, await catalog.identity.user({ id }), { kind: "user", id });
}

/** Changes a user. With a new password, or disabled, all of its tokens end. Throws  identity.notFound, identity.conflict, identity.oneself */
export async function updateUser(deps: IdentityDeps, principal: Principal, id: string, change: UserChange): Promise<UserRecord> {
  const user = await changeable(deps, principal, id);
  const { password, ...rest } = change;
  if (rest.enabled === false && user.id === principal.userId) {
    throw new ServiceError("identity.oneself");
  }
  const hash = password === undefined ? undefined : await hashPassword(password);
  return await refuseTaken({ kind: "user", name: rest.name ?? "" }, () =>
    deps.catalog.transaction(async ({ identity }) => {
      await identity.updateUser(user.id, rest);
      if (hash !== undefined) {
        await identity.updatePassword(user.id, hash);
      }
      if (hash !== undefined || rest.enabled === false) {
        await identity.deleteTokensOf(user.id);
      }
      return { ...user, ...rest };
    }),
  );
}

/** Changes the caller's own password; all of its tokens end. Throws  identity.badCredentials, identity.notFound for another user */
export async function changeOwnPassword(
  { catalog }: IdentityDeps,
  principal: Principal,
  { id, original, password }: { readonly id: string; readonly original: string; readonly password: string },
): Promise<void> {
  const user = id === principal.userId ? await catalog.identity.user({ id }) : undefined;
  if (user === undefined) {
    throw new ServiceError("identity.notFound", { kind: "user", id: id.slice(0, 100) });
  }
  if (!(await isPassword(original, user.passwordHash))) {
    throw new ServiceError("identity.badCredentials");
  }
  const hash = await hashPassword(password);
  await catalog.transaction(async ({ identity }) => {
    await identity.updatePassword(user.id, hash);
    await identity.deleteTokensOf(user.id);
  });
}

/** Deletes a user with everything it has. Throws  identity.notFound, identity.oneself */
export async function deleteUser(deps: IdentityDeps, principal: Principal, id: string): Promise<void> {
  const user = await changeable(deps, principal, id);
  if (user.id === principal.userId || user.id === principal.actor?.userId) {
    throw new ServiceError("identity.oneself");
  }
  await deps.catalog.transaction(({ identity }) => identity.deleteUser(user.id));
}

async function changeable(deps: IdentityDeps, principal: Principal, id: string): Promise<UserRecord> {
  const user = inOwnDomain(principal, await deps.catalog.identity.user({ id }), { kind: "user", id });
  await guardOperators(deps, principal, { kind: "user", id });
  return user;
}
