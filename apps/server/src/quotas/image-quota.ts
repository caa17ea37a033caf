import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Limits } from "./limits.ts";

/** How many private images a project has, and may have. */
export interface ImageQuota {
  readonly used: number;
  readonly limit: number;
}

/** The image quota of the caller's project. */
export async function imageQuota(
  deps: { readonly catalog: Pick<Catalog, "images">; readonly limits: Limits },
  principal: Principal,
): Promise<ImageQuota> {
  const { projectId } = imageCaller(principal, "ims:quotas:get");
  return { used: await deps.catalog.images.count(projectId), limit: deps.limits.images.perProject };
}
