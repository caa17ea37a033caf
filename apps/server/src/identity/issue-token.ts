import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DomainId } from "../ports/ids.ts";
import type { DomainRecord, ProjectRecord, TokenRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { isPassword, nobodysHash } from "./password-hash.ts";
import { findActiveUser, principalOfUser } from "./principal-of-user.ts";
import { readToken } from "./read-token.ts";
import { tokenDigest } from "./token-digest.ts";

/** A thing named by id, or by name and domain. */
export interface Reference {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly domain?: { readonly id?: string | undefined; readonly name?: string | undefined } | undefined;
}

/** What a caller proves itself with. */
export type Proof =
  | { readonly method: "password"; readonly user: Reference; readonly password: string }
  | { readonly method: "token"; readonly token: string };

/** A token that was just made: the secret itself, its row, and what it stands for. */
export interface IssuedToken {
  readonly token: string;
  readonly record: TokenRecord;
  readonly principal: Principal;
}

/** Expired tokens are kept a day longer, so that whoever still uses one is told that it expired. */
const rememberExpiredMs = 24 * 3_600_000;

/**
 * Issues a token for a proof, scoped to a project when one is named. A token that proves passes on its own end of life.
 *
 * Throws  identity.badCredentials, identity.tokenUnknown, identity.tokenExpired, identity.userIncomplete, identity.scopeRefused
 */
export async function issueToken(
  deps: IdentityDeps,
  request: { readonly proof: Proof; readonly scope: Reference | undefined },
): Promise<IssuedToken> {
  const now = deps.clock.now();
  const { user, domain, methods, expiresAt } = await prove(deps, request.proof);
  const project = request.scope && (await findProject(deps, request.scope));
  if (request.scope !== undefined && project === undefined) {
    throw new ServiceError("identity.scopeRefused");
  }
  const principal = await principalOfUser(deps, { user, domain, method: "token" }, project);
  if (principal === undefined) {
    throw new ServiceError("identity.scopeRefused");
  }
  const token = deps.ids.secret(48);
  const record: TokenRecord = {
    digest: tokenDigest(token),
    userId: user.id,
    projectId: project?.id,
    methods,
    auditId: deps.ids.secret(16),
    issuedAt: now,
    expiresAt: expiresAt ?? now + deps.tokenLifetimeMs,
  };
  await deps.catalog.transaction(async ({ identity }) => {
    await identity.deleteTokensExpiredBefore(now - rememberExpiredMs);
    await identity.insertToken(record);
  });
  return { token, record, principal };
}

interface Proven {
  readonly user: UserRecord;
  readonly domain: DomainRecord;
  readonly methods: readonly string[];
  readonly expiresAt?: number;
}

async function prove(deps: IdentityDeps, proof: Proof): Promise<Proven> {
  if (proof.method === "token") {
    const { record, user, domain } = await readToken(deps, proof.token);
    return { user, domain, methods: [...new Set([...record.methods, "token"])], expiresAt: record.expiresAt };
  }
  const user = await findUser(deps, proof.user);
  const isRight = await isPassword(proof.password, user?.passwordHash ?? nobodysHash);
  const found = user && isRight ? await findActiveUser(deps, user.id) : undefined;
  if (found === undefined) {
    throw new ServiceError("identity.badCredentials");
  }
  return { ...found, methods: ["password"] };
}

async function findUser(deps: IdentityDeps, reference: Reference): Promise<UserRecord | undefined> {
  if (reference.id !== undefined) {
    return await deps.catalog.identity.user({ id: reference.id });
  }
  const { name, domainId } = await nameInDomain(deps, reference, "user");
  return domainId && (await deps.catalog.identity.user({ domainId, name }));
}

async function findProject(deps: IdentityDeps, reference: Reference): Promise<ProjectRecord | undefined> {
  if (reference.id !== undefined) {
    return await deps.catalog.identity.project({ id: reference.id });
  }
  const { name, domainId } = await nameInDomain(deps, reference, "project");
  return domainId && (await deps.catalog.identity.project({ domainId, name }));
}

async function nameInDomain(
  { catalog }: IdentityDeps,
  { name, domain }: Reference,
  what: string,
): Promise<{ readonly name: string; readonly domainId: DomainId | undefined }> {
  const by = domain?.id === undefined ? domain?.name && { name: domain.name } : { id: domain.id };
  if (name === undefined || by === undefined || by === "") {
    throw new ServiceError("identity.userIncomplete", { what });
  }
  return { name, domainId: (await catalog.identity.domain(by))?.id };
}
