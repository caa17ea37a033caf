import type { AgencyRecord, DomainRecord } from "../ports/identity-catalog.ts";
import type { IdentityDeps } from "./identity-deps.ts";

/** An agency that has not ended, and its domain. */
export async function findActiveAgency(
  { catalog, clock }: Pick<IdentityDeps, "catalog" | "clock">,
  id: string,
): Promise<{ readonly record: AgencyRecord; readonly domain: DomainRecord } | undefined> {
  const record = await catalog.identity.agency({ id });
  const domain = record && (await catalog.identity.domain({ id: record.domainId }));
  const isOver = record?.expiresAt !== undefined && record.expiresAt <= clock.now();
  return record === undefined || domain === undefined || isOver ? undefined : { record, domain };
}
