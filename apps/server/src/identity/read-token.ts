import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DomainRecord, TokenRecord, UserRecord } from "../ports/identity-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { findActiveUser, principalOfUser } from "./principal-of-user.ts";
import { tokenDigest } from "./token-digest.ts";

/** A token that is good, and what it stands for. */
export interface ReadToken {
  readonly record: TokenRecord;
  readonly user: UserRecord;
  readonly domain: DomainRecord;
  readonly principal: Principal;
}

/**
 * Looks a token up. Nothing is remembered between calls, so a revoked token, a disabled user and a withdrawn role count at once.
 *
 * Throws  identity.tokenUnknown, identity.tokenExpired
 */
export async function readToken(deps: Pick<IdentityDeps, "catalog" | "clock">, token: string): Promise<ReadToken> {
  const { identity } = deps.catalog;
  const record = await identity.token(tokenDigest(token));
  if (record !== undefined && record.expiresAt <= deps.clock.now()) {
    throw new ServiceError("identity.tokenExpired", { expiredAt: new Date(record.expiresAt).toISOString() });
  }
  const found = record && (await findActiveUser(deps, record.userId));
  const project = record?.projectId === undefined ? undefined : await identity.project({ id: record.projectId });
  const isProjectGone = record?.projectId !== undefined && project === undefined;
  const principal = found && !isProjectGone ? await principalOfUser(deps, { ...found, method: "token" }, project) : undefined;
  if (record === undefined || found === undefined || principal === undefined) {
    throw new ServiceError("identity.tokenUnknown");
  }
  return { record, ...found, principal };
}
