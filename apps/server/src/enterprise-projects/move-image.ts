import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules } from "../images/image-rules.table.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { enterpriseProjectRules } from "./enterprise-project-rules.table.ts";
import type { EnterpriseProjectsDeps } from "./enterprise-projects-deps.ts";
import { findEnterpriseProject } from "./find-enterprise-project.ts";
import { principalInProject } from "./principal-in-project.ts";

/** Type of the resources that this service has, as enterprise projects call it. */
export const imageResources = "images";

/** A resource to be moved into an enterprise project. */
export interface ResourceMove {
  readonly enterpriseProjectId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** The project that the resource belongs to; the caller's own when it is not told. */
  readonly projectId: string | undefined;
}

/**
 * Moves an image of any kind and status into an enterprise project of the caller's domain.
 *
 * Throws  EPS.0004, EPS.0005, EPS.0014, EPS.0022, EPS.0025; IMG.0026 without the right to change the image, before or after; IMG.0027, IMG.0047
 */
export async function moveImage(
  deps: Pick<EnterpriseProjectsDeps, "catalog" | "clock"> & { readonly limits: Limits },
  principal: Principal,
  { enterpriseProjectId, resourceType, resourceId, projectId = principal.project?.id ?? "" }: ResourceMove,
): Promise<void> {
  requireRights(principal, ["eps:resources:add"]);
  if (resourceType !== imageResources) {
    throw new ServiceError("EPS.0025", { type: resourceType.slice(0, 100) });
  }
  const inProject = await principalInProject(deps, principal, projectId);
  if (inProject === undefined) {
    throw new ServiceError("EPS.0022", { id: projectId.slice(0, 100) });
  }
  const caller = imageCaller(inProject, "ims:images:update");
  await deps.catalog.transaction(async (catalog) => {
    checkRules(enterpriseProjectRules.receive, await findEnterpriseProject(catalog, principal.domainId, enterpriseProjectId));
    const image = await findImage(catalog, caller, resourceId);
    checkRules(imageRules.moveToEnterpriseProject, { image, ...caller, limits: deps.limits });
    if (!caller.may({ ...image, enterpriseProjectId })) {
      throw new ServiceError("IMG.0026", { action: caller.action });
    }
    if (image.enterpriseProjectId !== enterpriseProjectId) {
      await catalog.images.update(image.id, { enterpriseProjectId, updatedAt: deps.clock.now() });
    }
  });
}
