import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ContentUsage } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";

/** What a project has of images. */
export interface ImageUsage extends ContentUsage {
  readonly images: number;
}

/** Sums up the images of the caller's project. Throws  IMG.0026 */
export async function imageUsage({ catalog }: { readonly catalog: Catalog }, principal: Principal): Promise<ImageUsage> {
  const { projectId } = imageCaller(principal, "ims:images:list");
  const usage = await catalog.images.usage(projectId);
  return { ...usage, images: await catalog.images.count(projectId) };
}
