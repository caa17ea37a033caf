import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { DomainId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { defaultEnterpriseProject, defaultEnterpriseProjectId } from "./default-enterprise-project.ts";

/**
 * An enterprise project of a domain; the default one is always there.
 *
 * Throws  EPS.0005 when there is none, the same for another domain's and for none at all
 */
export async function findEnterpriseProject(
  catalog: Pick<Catalog, "enterpriseProjects">,
  domainId: DomainId,
  id: string,
): Promise<EnterpriseProjectRecord> {
  const found = id === defaultEnterpriseProjectId ? defaultEnterpriseProject(domainId) : await catalog.enterpriseProjects.get(domainId, id);
  if (found === undefined) {
    throw new ServiceError("EPS.0005", { kind: "enterprise project", id: id.slice(0, 100) });
  }
  return found;
}

/**
 * One enterprise project of the caller's domain.
 *
 * Throws  EPS.0004, EPS.0005
 */
export async function getEnterpriseProject(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  id: string,
): Promise<EnterpriseProjectRecord> {
  requireRights(principal, ["eps:enterpriseProjects:get"]);
  return await findEnterpriseProject(deps.catalog, principal.domainId, id);
}
