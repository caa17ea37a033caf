import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { AccessKeyRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { guardOperators } from "./guard-operators.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { inOwnDomain } from "./own-domain.ts";
import { requireRights } from "./require-rights.ts";

/** Access keys that a user may have. Source  Huawei Cloud IAM user guide, "Access keys" */
const mostKeys = 2;

/**
 * Makes an access key for a user; the answer is the only place where its secret is told. Everybody may make its own.
 *
 * Throws  identity.notFound, identity.forbidden, identity.tooManyKeys
 */
export async function createAccessKey(
  deps: IdentityDeps,
  principal: Principal,
  request: { readonly userId: string; readonly description: string },
): Promise<AccessKeyRecord> {
  const user = await ownerFor(deps, principal, { userId: request.userId, action: "iam:credentials:createCredential" });
  const key: AccessKeyRecord = {
    access: deps.ids.hex32().slice(0, 20).toUpperCase(),
    secret: deps.ids.secret(30),
    userId: user.id,
    enabled: true,
    description: request.description,
    createdAt: deps.clock.now(),
  };
  await deps.catalog.transaction(async ({ identity }) => {
    if ((await identity.accessKeys(user.id)).length >= mostKeys) {
      throw new ServiceError("identity.tooManyKeys", { limit: mostKeys });
    }
    await identity.insertAccessKey(key);
  });
  return key;
}

/** The access keys of a user, oldest first. Throws  identity.notFound, identity.forbidden */
export async function listAccessKeys(deps: IdentityDeps, principal: Principal, userId: string): Promise<readonly AccessKeyRecord[]> {
  const user = await ownerFor(deps, principal, { userId, action: "iam:credentials:listCredentials" });
  return await deps.catalog.identity.accessKeys(user.id);
}

/** One access key. Throws  identity.notFound, identity.forbidden */
export async function getAccessKey(deps: IdentityDeps, principal: Principal, access: string): Promise<AccessKeyRecord> {
  return await keyFor(deps, principal, { access, action: "iam:credentials:getCredential" });
}

/** Enables, disables or describes an access key. Throws  identity.notFound, identity.forbidden */
export async function updateAccessKey(
  deps: IdentityDeps,
  principal: Principal,
  access: string,
  change: { readonly enabled?: boolean; readonly description?: string },
): Promise<AccessKeyRecord> {
  const key = await keyFor(deps, principal, { access, action: "iam:credentials:updateCredential" });
  await deps.catalog.identity.updateAccessKey(key.access, change);
  return { ...key, ...change };
}

/** Deletes an access key; requests signed with it are refused from then on. Throws  identity.notFound, identity.forbidden */
export async function deleteAccessKey(deps: IdentityDeps, principal: Principal, access: string): Promise<void> {
  const key = await keyFor(deps, principal, { access, action: "iam:credentials:deleteCredential" });
  await deps.catalog.identity.deleteAccessKey(key.access);
}

async function keyFor(
  deps: IdentityDeps,
  principal: Principal,
  { access, action }: { readonly access: string; readonly action: Action },
): Promise<AccessKeyRecord> {
  const key = await deps.catalog.identity.accessKey(access);
  const owner = key && (await deps.catalog.identity.user({ id: key.userId }));
  inOwnDomain(principal, owner, { kind: "access key", id: access });
  if (key === undefined) {
    throw new ServiceError("identity.notFound", { kind: "access key", id: access.slice(0, 100) });
  }
  await ownerFor(deps, principal, { userId: key.userId, action });
  return key;
}

async function ownerFor(
  deps: IdentityDeps,
  principal: Principal,
  { userId, action }: { readonly userId: string; readonly action: Action },
) {
  if (userId !== principal.userId) {
    requireRights(principal, [action]);
    await guardOperators(deps, principal, { kind: "user", id: userId });
  }
  return inOwnDomain(principal, await deps.catalog.identity.user({ id: userId }), { kind: "user", id: userId });
}
