import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import type { EnterpriseProjectChange, EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { refuseTakenName } from "./create-enterprise-project.ts";
import type { EnterpriseProjectRequest } from "./create-enterprise-project.ts";
import { enterpriseProjectRules, wordRules } from "./enterprise-project-rules.table.ts";
import type { EnterpriseProjectsDeps } from "./enterprise-projects-deps.ts";
import { findEnterpriseProject } from "./find-enterprise-project.ts";

type Deps = Pick<EnterpriseProjectsDeps, "catalog" | "clock">;

/**
 * Changes the words of an enterprise project of the caller's domain. What is absent stays.
 *
 * Throws  EPS.0004, EPS.0005; EPS.0007, EPS.0008 (words), EPS.0010 (name taken), EPS.0012 (the default one), EPS.0014 (disabled)
 */
export async function updateEnterpriseProject(
  { catalog, clock }: Deps,
  principal: Principal,
  { id, ...words }: { readonly id: string } & Partial<EnterpriseProjectRequest>,
): Promise<EnterpriseProjectRecord> {
  requireRights(principal, ["eps:enterpriseProjects:update"]);
  checkRules(wordRules, words);
  return await catalog.transaction(async ({ enterpriseProjects }) => {
    const found = await findEnterpriseProject({ enterpriseProjects }, principal.domainId, id);
    checkRules(enterpriseProjectRules.update, found);
    const change: EnterpriseProjectChange = { ...words, updatedAt: clock.now() };
    return present(await refuseTakenName(words.name ?? found.name, enterpriseProjects.update(principal.domainId, id, change)), id);
  });
}

/**
 * Enables or disables an enterprise project of the caller's domain. What is in a disabled one stays and can be used; nothing more goes in.
 *
 * Throws  EPS.0004, EPS.0005, EPS.0015 (the default one)
 */
export async function switchEnterpriseProject(
  { catalog, clock }: Deps,
  principal: Principal,
  { id, enabled }: { readonly id: string; readonly enabled: boolean },
): Promise<void> {
  requireRights(principal, [enabled ? "eps:enterpriseProjects:enable" : "eps:enterpriseProjects:disable"]);
  await catalog.transaction(async ({ enterpriseProjects }) => {
    const found = await findEnterpriseProject({ enterpriseProjects }, principal.domainId, id);
    checkRules(enterpriseProjectRules.switch, found);
    present(await enterpriseProjects.update(principal.domainId, id, { enabled, updatedAt: clock.now() }), id);
  });
}

function present(record: EnterpriseProjectRecord | undefined, id: string): EnterpriseProjectRecord {
  if (record === undefined) {
    throw new ServiceError("EPS.0005", { kind: "enterprise project", id });
  }
  return record;
}
