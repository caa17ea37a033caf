import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DomainId } from "../ports/ids.ts";
import type { ProjectRecord, TokenRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { assumeAgency } from "./assume-agency.ts";
import type { AgencyRequest } from "./assume-agency.ts";
import { findDomain } from "./find-domain.ts";
import type { DomainReference } from "./find-domain.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { isPassword, nobodysHash } from "./password-hash.ts";
import { findActiveUser, principalOfUser } from "./principal-of-user.ts";
import type { KnownUser, PrincipalScope } from "./principal-of-user.ts";
import { readToken } from "./read-token.ts";
import { tokenDigest } from "./token-digest.ts";

/** A thing named by id, or by name and domain. */
export interface Reference {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly domain?: DomainReference | undefined;
}

/** What a caller proves itself with. */
export type Proof =
  | { readonly method: "password"; readonly user: Reference; readonly password: string }
  | { readonly method: "token"; readonly token: string }
  | { readonly method: "assumeRole"; readonly caller: Principal; readonly agency: AgencyRequest };

/** What a token shall be for: nothing yet, a project, or a whole domain. */
export interface TokenRequest {
  readonly proof: Proof;
  readonly scope: Reference | undefined;
  readonly domainScope?: DomainReference | undefined;
}

/** A token that was just made: the secret itself, its row, and what it stands for. */
export interface IssuedToken {
  readonly token: string;
  readonly record: TokenRecord;
  readonly principal: Principal;
}

/** Expired tokens are kept a day longer, so that whoever still uses one is told that it expired. */
const rememberExpiredMs = 24 * 3_600_000;

/**
 * Issues a token for a proof, scoped to a project or a domain when one is named. A token that proves passes on its own end of life.
 *
 * Throws  identity.badCredentials, identity.tokenUnknown, identity.tokenExpired, identity.userIncomplete, identity.scopeRefused; what
 *         `assumeAgency` throws
 */
export async function issueToken(deps: IdentityDeps, request: TokenRequest): Promise<IssuedToken> {
  const now = deps.clock.now();
  const { who, methods, expiresAt } = await prove(deps, request.proof);
  const scope = await scopeOf(deps, who, request);
  const principal = await principalOfUser(deps, who, scope);
  if (principal === undefined) {
    throw new ServiceError("identity.scopeRefused");
  }
  const token = deps.ids.secret(48);
  const record: TokenRecord = {
    digest: tokenDigest(token),
    userId: who.user.id,
    projectId: principal.project?.id,
    methods,
    auditId: deps.ids.secret(16),
    issuedAt: now,
    expiresAt: expiresAt ?? now + deps.tokenLifetimeMs,
    ...(who.agency === undefined ? {} : { agencyId: who.agency.record.id }),
    ...(scope === "domain" ? { isForDomain: true } : {}),
  };
  await deps.catalog.transaction(async ({ identity }) => {
    await identity.deleteTokensExpiredBefore(now - rememberExpiredMs);
    await identity.insertToken(record);
  });
  return { token, record, principal };
}

interface Proven {
  readonly who: KnownUser;
  readonly methods: readonly string[];
  readonly expiresAt?: number;
}

async function prove(deps: IdentityDeps, proof: Proof): Promise<Proven> {
  if (proof.method === "token") {
    const { record, who } = await readToken(deps, proof.token);
    return { who, methods: [...new Set([...record.methods, "token"])], expiresAt: record.expiresAt };
  }
  if (proof.method === "assumeRole") {
    return { who: await assumeAgency(deps, proof.caller, proof.agency), methods: ["assume_role"] };
  }
  const user = await findUser(deps, proof.user);
  const isRight = await isPassword(proof.password, user?.passwordHash ?? nobodysHash);
  const found = user && isRight ? await findActiveUser(deps, user.id) : undefined;
  if (found === undefined) {
    throw new ServiceError("identity.badCredentials");
  }
  return { who: { ...found, method: "token", at: deps.clock.now() }, methods: ["password"] };
}

async function scopeOf(deps: IdentityDeps, who: KnownUser, { scope, domainScope }: TokenRequest): Promise<PrincipalScope> {
  if (scope !== undefined) {
    const project = await findProject(deps, scope);
    if (project === undefined) {
      throw new ServiceError("identity.scopeRefused");
    }
    return { project };
  }
  if (domainScope === undefined) {
    return undefined;
  }
  const domain = await findDomain(deps, domainScope);
  if (domain?.id !== (who.agency?.domain ?? who.domain).id) {
    throw new ServiceError("identity.scopeRefused");
  }
  return "domain";
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
  deps: IdentityDeps,
  { name, domain }: Reference,
  what: string,
): Promise<{ readonly name: string; readonly domainId: DomainId | undefined }> {
  const isDomainNamed = domain?.id !== undefined || (domain?.name !== undefined && domain.name !== "");
  if (name === undefined || !isDomainNamed) {
    throw new ServiceError("identity.userIncomplete", { what });
  }
  return { name, domainId: (await findDomain(deps, domain))?.id };
}
