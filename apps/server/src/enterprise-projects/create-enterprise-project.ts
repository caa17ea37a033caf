import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { DuplicateError } from "../ports/catalog.ts";
import type { EnterpriseProjectKind, EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { quotaRules, wordRules } from "./enterprise-project-rules.table.ts";
import type { EnterpriseProjectsDeps } from "./enterprise-projects-deps.ts";

/** An enterprise project to be made. */
export interface EnterpriseProjectRequest {
  readonly name: string;
  readonly description: string;
  readonly kind: EnterpriseProjectKind;
}

/**
 * Makes an enterprise project in the caller's domain, enabled. The quota is exact, whoever else makes one at the same time.
 *
 * Throws  EPS.0004; EPS.0007, EPS.0008 (words), EPS.0009 (quota), EPS.0010 (name taken)
 */
export async function createEnterpriseProject(
  { catalog, clock, ids, limits }: EnterpriseProjectsDeps,
  principal: Principal,
  request: EnterpriseProjectRequest,
): Promise<EnterpriseProjectRecord> {
  requireRights(principal, ["eps:enterpriseProjects:create"]);
  checkRules(wordRules, request);
  const { domainId } = principal;
  const now = clock.now();
  const record: EnterpriseProjectRecord = { id: ids.uuid(), domainId, ...request, enabled: true, createdAt: now, updatedAt: now };
  await catalog.transaction(async ({ enterpriseProjects }) => {
    const there = await enterpriseProjects.list(domainId);
    checkRules(quotaRules, { used: there.length, limits });
    await refuseTakenName(request.name, enterpriseProjects.insert(record));
  });
  return record;
}

/** Throws  EPS.0010 */
export async function refuseTakenName<T>(name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw error instanceof DuplicateError ? new ServiceError("EPS.0010", { name }, { cause: error }) : error;
  }
}
