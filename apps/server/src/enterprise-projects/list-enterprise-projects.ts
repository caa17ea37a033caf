import { requireRights } from "../identity/require-rights.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { defaultEnterpriseProject } from "./default-enterprise-project.ts";

/** Which enterprise projects are asked for. */
export interface EnterpriseProjectQuery {
  readonly id?: string | undefined;
  /** Part of the name, whatever the case of its letters. */
  readonly nameContains?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly kind?: string | undefined;
  readonly sort: { readonly key: "createdAt" | "updatedAt"; readonly direction: "asc" | "desc" };
  readonly offset: number;
  readonly limit: number;
}

/** Some of the enterprise projects that were found. */
export interface EnterpriseProjectPage {
  readonly total: number;
  readonly enterpriseProjects: readonly EnterpriseProjectRecord[];
}

/**
 * One page of the caller's domain's enterprise projects, the default one among them as the oldest.
 *
 * Memory  all of a domain's, which its quota bounds
 * Throws  EPS.0004
 */
export async function listEnterpriseProjects(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  query: EnterpriseProjectQuery,
): Promise<EnterpriseProjectPage> {
  requireRights(principal, ["eps:enterpriseProjects:list"]);
  const { domainId } = principal;
  const { sort, offset, limit } = query;
  const oldestFirst = [defaultEnterpriseProject(domainId), ...(await catalog.enterpriseProjects.list(domainId))]
    .filter((record) => isAskedFor(record, query))
    .toSorted((one, other) => one[sort.key] - other[sort.key]);
  const found = sort.direction === "asc" ? oldestFirst : oldestFirst.toReversed();
  return { total: found.length, enterpriseProjects: found.slice(offset, offset + limit) };
}

function isAskedFor(record: EnterpriseProjectRecord, { id, nameContains, enabled, kind }: EnterpriseProjectQuery): boolean {
  return (
    (id === undefined || record.id === id) &&
    (nameContains === undefined || record.name.toLowerCase().includes(nameContains.toLowerCase())) &&
    (enabled === undefined || record.enabled === enabled) &&
    (kind === undefined || record.kind === kind)
  );
}

/**
 * How many enterprise projects the caller's domain has, the default one apart, and may have.
 *
 * Throws  EPS.0004
 */
export async function enterpriseProjectQuota(
  { catalog, limits }: { readonly catalog: Catalog; readonly limits: Pick<Limits, "enterpriseProjects"> },
  principal: Principal,
): Promise<{ readonly used: number; readonly quota: number }> {
  requireRights(principal, ["eps:enterpriseProjects:list"]);
  const there = await catalog.enterpriseProjects.list(principal.domainId);
  return { used: there.length, quota: limits.enterpriseProjects.perDomain };
}
