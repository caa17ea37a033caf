import { ServiceError } from "@tintype/contract/service-error.ts";
import type { TokenRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findActiveAgency } from "./find-agency.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { findActiveUser, principalOfUser } from "./principal-of-user.ts";
import type { KnownUser, PrincipalScope } from "./principal-of-user.ts";
import { tokenDigest } from "./token-digest.ts";

/** A token that is good, and what it stands for. */
export interface ReadToken {
  readonly record: TokenRecord;
  readonly who: KnownUser;
  readonly principal: Principal;
}

/**
 * Looks a token up. Nothing is remembered between calls, so a revoked token, a disabled user and a withdrawn role count at once.
 *
 * Throws  identity.tokenUnknown, identity.tokenExpired
 */
export async function readToken(deps: Pick<IdentityDeps, "catalog" | "clock">, token: string): Promise<ReadToken> {
  const record = await deps.catalog.identity.token(tokenDigest(token));
  if (record !== undefined && record.expiresAt <= deps.clock.now()) {
    throw new ServiceError("identity.tokenExpired", { expiredAt: new Date(record.expiresAt).toISOString() });
  }
  const who = record && (await whoOf(deps, record));
  const scope = record && (await scopeOf(deps, record));
  const principal = who === undefined || scope === undefined ? undefined : await principalOfUser(deps, who, scope.scope);
  if (record === undefined || who === undefined || principal === undefined) {
    throw new ServiceError("identity.tokenUnknown");
  }
  return { record, who, principal };
}

async function whoOf(deps: Pick<IdentityDeps, "catalog" | "clock">, record: TokenRecord): Promise<KnownUser | undefined> {
  const found = await findActiveUser(deps, record.userId);
  const agency = record.agencyId === undefined ? undefined : await findActiveAgency(deps, record.agencyId);
  const isAgencyGone = record.agencyId !== undefined && agency === undefined;
  return found === undefined || isAgencyGone ? undefined : { ...found, agency, method: "token", at: deps.clock.now() };
}

/** Undefined when the project of the token is gone. */
async function scopeOf(
  { catalog }: Pick<IdentityDeps, "catalog">,
  { projectId, isForDomain }: TokenRecord,
): Promise<{ readonly scope: PrincipalScope } | undefined> {
  if (projectId === undefined) {
    return { scope: isForDomain === true ? "domain" : undefined };
  }
  const project = await catalog.identity.project({ id: projectId });
  return project && { scope: { project } };
}
