import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import { findActiveAgency } from "./find-agency.ts";
import { findDomain } from "./find-domain.ts";
import type { DomainReference } from "./find-domain.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { findActiveUser } from "./principal-of-user.ts";
import type { KnownUser } from "./principal-of-user.ts";
import { requireRights } from "./require-rights.ts";

/** An agency that somebody wants to act as. */
export interface AgencyRequest {
  readonly name: string;
  /** The domain that lends its rights. */
  readonly domain: DomainReference;
}

/**
 * Lets a user act as an agency: one that has not ended, that trusts the user's domain, and only with the right to act as one. An agency
 * cannot act as another one.
 *
 * Throws  identity.forbidden, identity.agencyRefused
 */
export async function assumeAgency(
  deps: Pick<IdentityDeps, "catalog" | "clock">,
  caller: Principal,
  { name, domain: reference }: AgencyRequest,
): Promise<KnownUser> {
  requireRights(caller, ["iam:tokens:assume"]);
  const domain = await findDomain(deps, reference);
  const named = domain && (await deps.catalog.identity.agency({ domainId: domain.id, name }));
  const agency = named && (await findActiveAgency(deps, named.id));
  const found = await findActiveUser(deps, caller.userId);
  if (found === undefined || agency === undefined || caller.actor !== undefined || agency.record.trustedDomainName !== caller.domainName) {
    throw new ServiceError("identity.agencyRefused", { name: name.slice(0, 100) });
  }
  return { ...found, agency, method: "token", at: deps.clock.now() };
}
