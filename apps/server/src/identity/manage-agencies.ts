import type { AgencyRecord } from "../ports/identity-catalog.ts";
import type { AgencyId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { findDomain } from "./find-domain.ts";
import type { DomainReference } from "./find-domain.ts";
import { guardOperators } from "./guard-operators.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { domainFor, inOwnDomain } from "./own-domain.ts";
import { refuseTaken } from "./refuse-taken.ts";

const msPerDay = 86_400_000;

/** How long an agency lasts: for ever, or so many days. */
export type AgencyDuration = "FOREVER" | number;

/** What is said of a new agency. */
export interface NewAgency {
  readonly name: string;
  readonly domainId: string | undefined;
  readonly description: string;
  /** The domain or service that may act as it; a service need not be a domain here. */
  readonly trusted: DomainReference;
  readonly duration: AgencyDuration;
}

/** Makes an agency without rights. Throws  identity.notFound (domain), identity.conflict */
export async function createAgency(deps: IdentityDeps, principal: Principal, request: NewAgency): Promise<AgencyRecord> {
  const { name, description, duration } = request;
  const now = deps.clock.now();
  const agency: AgencyRecord = {
    // The port makes 32 hex digits, which is what names of agencies are.
    id: deps.ids.hex32() as AgencyId,
    domainId: await domainFor(deps, principal, request.domainId),
    name,
    description,
    trustedDomainName: await trustedName(deps, request.trusted),
    createdAt: now,
    expiresAt: endOf(duration, now),
  };
  await refuseTaken({ kind: "agency", name }, async () => deps.catalog.identity.insertAgency(agency));
  return agency;
}

/** The agencies of a domain, by name. Throws  identity.notFound (domain) */
export async function listAgencies(
  { catalog }: IdentityDeps,
  principal: Principal,
  { domainId, name, trustedDomainName }: { readonly [Key in "domainId" | "name" | "trustedDomainName"]: string | undefined },
): Promise<readonly AgencyRecord[]> {
  const found = await catalog.identity.agencies(await domainFor({ catalog }, principal, domainId));
  return found.filter(
    (agency) =>
      (name === undefined || agency.name === name) && (trustedDomainName === undefined || agency.trustedDomainName === trustedDomainName),
  );
}

/** An agency of the own domain. Throws  identity.notFound */
export async function getAgency({ catalog }: IdentityDeps, principal: Principal, id: string): Promise<AgencyRecord> {
  return inOwnDomain(principal, await catalog.identity.agency({ id }), { kind: "agency", id });
}

/** Changes an agency. Throws  identity.notFound, api.operatorsOnly */
export async function updateAgency(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
  change: { readonly description?: string; readonly trusted?: DomainReference; readonly duration?: AgencyDuration },
): Promise<AgencyRecord> {
  const agency = await getAgency(deps, principal, id);
  await guardOperators(deps, principal, { kind: "agency", id });
  const { description, trusted, duration } = change;
  const changed = {
    ...(description === undefined ? {} : { description }),
    ...(trusted === undefined ? {} : { trustedDomainName: await trustedName(deps, trusted) }),
    ...(duration === undefined ? {} : { expiresAt: endOf(duration, deps.clock.now()) }),
  };
  await deps.catalog.identity.updateAgency(agency.id, changed);
  return { ...agency, ...changed };
}

/** Deletes an agency; whoever acts as it is refused from then on. Throws  identity.notFound, api.operatorsOnly */
export async function deleteAgency(deps: IdentityDeps, principal: Principal, id: string): Promise<void> {
  const agency = await getAgency(deps, principal, id);
  await guardOperators(deps, principal, { kind: "agency", id });
  await deps.catalog.transaction(({ identity }) => identity.deleteAgency(agency.id));
}

async function trustedName(deps: IdentityDeps, { id, name }: DomainReference): Promise<string> {
  const domain = id === undefined ? undefined : await findDomain(deps, { id });
  return domain?.name ?? name ?? id ?? "";
}

function endOf(duration: AgencyDuration, now: number): number | undefined {
  return duration === "FOREVER" ? undefined : now + duration * msPerDay;
}
