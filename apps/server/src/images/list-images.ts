import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter, ImagePage, ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "./image-caller.ts";
import type { ImageCaller } from "./image-caller.ts";

/** What to list. */
export interface ImageQuery {
  readonly filter: Omit<ImageFilter, "visibleTo">;
  /** A condition that the catalog cannot check. */
  readonly matches?: ((image: ImageRecord) => boolean) | undefined;
  readonly page: ImagePage;
}

/**
 * One page of the images that exist for the caller: those of its project and public ones. An administrator reaches the images of other
 * projects by naming an image or a project.
 *
 * Memory  two pages at most
 * Throws  IMG.0017 when the marker names no image
 */
export async function listImages(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  { filter, matches, page }: ImageQuery,
): Promise<readonly ImageRecord[]> {
  const scoped: ImageFilter = { ...filter, ...scopeOf(imageCaller(principal, "ims:images:list"), filter) };
  if (matches === undefined) {
    return await listPage(deps.catalog, scoped, page);
  }
  // In a transaction, so that the image where one page ends is still there when the next one is asked for.
  return await deps.catalog.transaction((catalog) => listMatching(catalog, { filter: scoped, matches, page }));
}

async function listMatching(
  catalog: Catalog,
  { filter, matches, page }: Required<ImageQuery> & { readonly matches: (image: ImageRecord) => boolean },
): Promise<readonly ImageRecord[]> {
  const found: ImageRecord[] = [];
  for (let place = page; ;) {
    const batch = await listPage(catalog, filter, place);
    found.push(...batch.filter(matches));
    const last = batch.at(-1);
    if (last === undefined || batch.length < page.limit || found.length >= page.limit) {
      return found.slice(0, page.limit);
    }
    place = { ...page, after: last.id };
  }
}

async function listPage(catalog: Catalog, filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[]> {
  const images = await catalog.images.list(filter, page);
  if (images === undefined) {
    throw new ServiceError("IMG.0017", { parameter: "marker", problem: `there is no image ${page.after}` });
  }
  return images;
}

function scopeOf(caller: ImageCaller, filter: ImageQuery["filter"]): ImageFilter {
  const namesOthers = filter.id !== undefined || filter.projectId !== undefined;
  return caller.isAdministrator && namesOthers ? {} : { visibleTo: caller.projectId };
}
