import { tagsOfAllowed } from "../images/allowed-images.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { parseTagText } from "../images/image-tags.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";

const action = "ims:images:list";

/** A key, and the values that it has on images. An empty value stands for the key alone. */
export interface KeyWithValues {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * The tags of one image.
 *
 * Throws  IMG.0026, IMG.0027
 */
export async function listImageTags(deps: { readonly catalog: Catalog }, principal: Principal, id: string): Promise<readonly ImageTag[]> {
  const image = await findImage(deps.catalog, imageCaller(principal, action), id);
  return image.tags.map(parseTagText);
}

/**
 * The keys that the project's own images have, each with all of its values, in order.
 *
 * Memory  what differs of the tags of the project's images
 * Throws  IMG.0026
 */
export async function listProjectTags(deps: { readonly catalog: Catalog }, principal: Principal): Promise<readonly KeyWithValues[]> {
  const { projectId } = imageCaller(principal, action);
  const tags = (await tagsOfAllowed(deps.catalog, { principal, action }, { projectId })).map(parseTagText);
  const groups = Map.groupBy(tags, ({ key }) => key);
  const keys = [...groups.keys()].toSorted();
  return keys.map((key) => ({ key, values: (groups.get(key) ?? []).map(({ value }) => value) }));
}

/**
 * The tags of the images that a filter selects among those that exist for the caller, each once, as images keep them, in order.
 *
 * Memory  what differs of the tags of those images
 * Throws  IMG.0026
 */
export async function listTags(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  filter: Omit<ImageFilter, "visibleTo">,
): Promise<readonly string[]> {
  const { projectId } = imageCaller(principal, action);
  return await tagsOfAllowed(deps.catalog, { principal, action }, { ...filter, visibleTo: projectId });
}
