import { DuplicateError } from "../ports/catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { DomainId, ProjectId, UserId } from "../ports/ids.ts";
import type { IdentityCatalog } from "../ports/identity-catalog.ts";
import type { BootstrapUser, Bootstrap } from "./bootstrap-schema.ts";
import { applyGrants, applyGroups, applyPolicies } from "./bootstrap-rights.ts";
import { derivedId } from "./derived-id.ts";
import { hashPassword, isPassword } from "./password-hash.ts";

/**
 * Makes what a bootstrap names and is not there yet, and brings passwords and secret keys up to date. Harmless to repeat; nothing is ever removed.
 * Ids that it does not give are derived from the names, so that they are the same wherever the same file is used.
 *
 * Throws  Error when a grant names a project that the bootstrap does not have, a group a user that it does not have, or an access key belongs to
 *         another user; identity.policyInvalid
 */
export async function applyBootstrap(catalog: Catalog, bootstrap: Bootstrap): Promise<void> {
  // Hashing takes long and must not happen inside the transaction.
  const hashes = await passwordHashes(catalog, bootstrap);
  await catalog.transaction(async ({ identity }) => {
    const domainId = bootstrap.domain.id as DomainId;
    await unlessThere(
      async () => identity.domain({ id: domainId }),
      async () => identity.insertDomain({ ...bootstrap.domain, id: domainId }),
    );
    for (const { id, name, description = "" } of bootstrap.projects) {
      const project = { id: (id ?? derivedId("project", domainId, name)) as ProjectId, domainId, name, description, enabled: true };
      await unlessThere(
        async () => identity.project({ domainId, name }),
        async () => identity.insertProject(project),
      );
    }
    const place = { identity, domainId, now: 0 };
    await applyPolicies(place, bootstrap.policies ?? []);
    for (const user of bootstrap.users) {
      await applyUser(identity, { domainId, user, passwordHash: hashes.get(user.name) });
    }
    await applyGroups(place, bootstrap.groups ?? []);
  });
}

/** New hashes of the passwords that are not the kept ones, by user name. */
async function passwordHashes(catalog: Catalog, { domain, users }: Bootstrap): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  await Promise.all(
    users.map(async ({ name, password }) => {
      const kept = await catalog.identity.user({ domainId: domain.id as DomainId, name });
      if (kept === undefined || !(await isPassword(password, kept.passwordHash))) {
        hashes.set(name, await hashPassword(password));
      }
    }),
  );
  return hashes;
}

async function applyUser(
  identity: IdentityCatalog,
  {
    domainId,
    user,
    passwordHash,
  }: { readonly domainId: DomainId; readonly user: BootstrapUser; readonly passwordHash: string | undefined },
): Promise<void> {
  const kept = await identity.user({ domainId, name: user.name });
  const userId = kept?.id ?? ((user.id ?? derivedId("user", domainId, user.name)) as UserId);
  if (kept === undefined) {
    await identity.insertUser({ id: userId, domainId, name: user.name, passwordHash: passwordHash ?? "", enabled: true });
  } else if (passwordHash !== undefined) {
    await identity.updatePassword(userId, passwordHash);
  }
  await applyGrants({ identity, domainId, now: 0 }, { kind: "user", id: userId, name: user.name }, user.grants);
  for (const { access, secret } of user.accessKeys ?? []) {
    const key = await identity.accessKey(access);
    if (key !== undefined && key.userId !== userId) {
      throw new DuplicateError(`The access key ${access} is there already, for another user`);
    }
    if (key === undefined) {
      await identity.insertAccessKey({ access, secret, userId, enabled: true });
    } else if (key.secret !== secret) {
      await identity.updateSecret(access, secret);
    }
  }
}

async function unlessThere<T>(find: () => Promise<T | undefined>, make: () => Promise<void>): Promise<void> {
  if ((await find()) === undefined) {
    await make();
  }
}
