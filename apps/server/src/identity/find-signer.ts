import { timingSafeEqual } from "node:crypto";
import type { ProjectId } from "../ports/ids.ts";
import { findActiveAgency } from "./find-agency.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { findActiveUser } from "./principal-of-user.ts";
import type { KnownUser } from "./principal-of-user.ts";
import { tokenDigest } from "./token-digest.ts";

/** Whose access key it is, and what signatures are checked with. */
export interface Signer {
  readonly secret: string;
  readonly who: KnownUser;
  /** The project that a temporary key was made for. */
  readonly projectId: ProjectId | undefined;
}

/**
 * The owner of an access key. A temporary key counts only together with its security token, and until it ends. Undefined when there is no
 * such key, it is disabled, or its user is.
 */
export async function findSigner(
  deps: Pick<IdentityDeps, "catalog" | "clock">,
  access: string,
  securityToken: string | undefined,
): Promise<Signer | undefined> {
  const key = await deps.catalog.identity.accessKey(access);
  if (key !== undefined) {
    const found = key.enabled ? await findActiveUser(deps, key.userId) : undefined;
    return found && { secret: key.secret, who: { ...found, method: "signature", at: deps.clock.now() }, projectId: undefined };
  }
  return securityToken === undefined ? undefined : await temporarySigner(deps, access, securityToken);
}

async function temporarySigner(
  deps: Pick<IdentityDeps, "catalog" | "clock">,
  access: string,
  securityToken: string,
): Promise<Signer | undefined> {
  const key = await deps.catalog.identity.temporaryKey(access);
  if (key === undefined || key.expiresAt <= deps.clock.now() || !isSameDigest(key.tokenDigest, tokenDigest(securityToken))) {
    return undefined;
  }
  const found = await findActiveUser(deps, key.userId);
  const agency = key.agencyId === undefined ? undefined : await findActiveAgency(deps, key.agencyId);
  const isAgencyGone = key.agencyId !== undefined && agency === undefined;
  return found === undefined || isAgencyGone
    ? undefined
    : { secret: key.secret, who: { ...found, agency, method: "signature", at: deps.clock.now() }, projectId: key.projectId };
}

function isSameDigest(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
