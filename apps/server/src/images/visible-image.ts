import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import type { ImageCaller } from "./image-caller.ts";
import { membershipOf } from "./membership-of.ts";

/**
 * The image, if it exists for the caller: its own, a public one, one of the community, one that is shared with it (whatever it answered),
 * or any for an administrator.
 */
export async function visibleImage(
  catalog: Pick<Catalog, "images" | "members">,
  caller: ImageCaller,
  id: string,
): Promise<ImageRecord | undefined> {
  // Any text may come from outside; the catalog answers undefined for what is no id.
  const image = await catalog.images.get(id as ImageId);
  if (image === undefined || caller.isAdministrator || image.projectId === caller.projectId || isForAll(image)) {
    return image;
  }
  return (await membershipOf(catalog, image, caller.projectId)) === undefined ? undefined : image;
}

function isForAll({ visibility }: ImageRecord): boolean {
  return visibility === "public" || visibility === "community";
}
