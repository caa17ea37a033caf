import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { defaultEnterpriseProjectId } from "./default-enterprise-project.ts";
import { imageTargetRules } from "./enterprise-project-rules.table.ts";

/** Into which enterprise project something shall go, and whose it is. */
export interface Target {
  readonly id: string;
  /** Project of the thing; the principal's own when it is not told. */
  readonly projectId?: ProjectId | undefined;
}

/**
 * Lets an image go into an enterprise project only when its domain has it, and it is enabled.
 *
 * Throws  IMG.0155
 */
export async function requireEnterpriseProject(
  catalog: Pick<Catalog, "enterpriseProjects" | "identity">,
  principal: Principal,
  { id, projectId = principal.project?.id }: Target,
): Promise<void> {
  if (id === defaultEnterpriseProjectId) {
    return;
  }
  const project = projectId === undefined ? undefined : await catalog.identity.project({ id: projectId });
  const found = await catalog.enterpriseProjects.get(project?.domainId ?? principal.domainId, id);
  checkRules(imageTargetRules, { id, found });
}
