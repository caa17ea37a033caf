import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import type { ImageCaller } from "./image-caller.ts";

/** The image, if it exists for the caller: its own, a public one, or any for an administrator. */
export async function visibleImage(catalog: Pick<Catalog, "images">, caller: ImageCaller, id: string): Promise<ImageRecord | undefined> {
  // Any text may come from outside; the catalog answers undefined for what is no id.
  const image = await catalog.images.get(id as ImageId);
  const exists = image !== undefined && (caller.isAdministrator || image.projectId === caller.projectId || image.visibility === "public");
  return exists ? image : undefined;
}
