import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules, noOtherRegion } from "../images/image-rules.table.ts";
import { valueRules } from "../images/value-rules.table.ts";
import { copyJobKind, workOnImage } from "../images/work-on-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { unfinishedJobs } from "../quotas/unfinished-jobs.ts";

/** An image to be copied to another region. */
export interface CrossRegionCopyRequest {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  readonly region: string;
  readonly projectName: string;
  readonly agencyName: string;
}

/** What the parts of this use case need. */
export interface CrossRegionCopyDeps {
  readonly catalog: Catalog;
  readonly limits: Limits;
  /** The region that this service is. */
  readonly region: string;
}

/**
 * Refuses a copy to another region by the first rule that stands in its way. This service knows no region but
 * its own, so one always does.
 *
 * Throws  IMG.0026, IMG.0027; the rules of such a copy and for values; IMG.0147
 */
export async function copyImageCrossRegion(
  deps: CrossRegionCopyDeps,
  principal: Principal,
  request: CrossRegionCopyRequest,
): Promise<never> {
  const caller = imageCaller(principal, "ims:images:copy");
  const { catalog, limits, region: ownRegion } = deps;
  const image = await findImage(catalog, caller, request.imageId);
  const unfinished = await unfinishedJobs(catalog, limits, caller.projectId);
  checkRules(valueRules, { name: request.name, description: request.description, limits });
  const target = { ownRegion, asked: request };
  checkRules(imageRules.copyCrossRegion, {
    image,
    ...caller,
    ...(await workOnImage(catalog.jobs, image.id)),
    unfinishedCopies: unfinished.filter(({ kind }) => kind === copyJobKind).length,
    target,
    limits,
  });
  throw new ServiceError("IMG.0147", noOtherRegion(image.id, target));
}
