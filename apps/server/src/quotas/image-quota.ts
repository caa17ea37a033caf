import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Limits } from "./limits.ts";

/** How many private images a project has, and may have; with how many projects one of them is shared at most, and may be. */
export interface ImageQuota {
  readonly used: number;
  readonly limit: number;
  readonly mostMembers: number;
  readonly memberLimit: number;
}

/** The image quota of the caller's project, and what it may share. */
export async function imageQuota(
  deps: { readonly catalog: Pick<Catalog, "images" | "members">; readonly limits: Limits },
  principal: Principal,
): Promise<ImageQuota> {
  const { projectId } = imageCaller(principal, "ims:quotas:get");
  const { catalog, limits } = deps;
  return {
    used: await catalog.images.count(projectId),
    limit: limits.images.perProject,
    mostMembers: await catalog.members.mostOfOneImage(projectId),
    memberLimit: limits.members.perImage,
  };
}
