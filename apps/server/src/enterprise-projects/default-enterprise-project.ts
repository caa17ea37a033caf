import type { EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { DomainId } from "../ports/ids.ts";

/** Id of the enterprise project that every domain has, and that holds whatever was put into no other. */
export const defaultEnterpriseProjectId = "0";

/** That enterprise project. It is in no catalog, is always enabled and never changes. */
export function defaultEnterpriseProject(domainId: DomainId): EnterpriseProjectRecord {
  const words = { name: "default", description: "", kind: "prod" } as const;
  return { id: defaultEnterpriseProjectId, domainId, ...words, enabled: true, createdAt: 0, updatedAt: 0 };
}
