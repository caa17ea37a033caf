import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter, ImagePage, ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "./image-caller.ts";
import type { ImageCaller } from "./image-caller.ts";

/** What to list. */
export interface ImageQuery {
  readonly filter: Omit<ImageFilter, "visibleTo">;
  readonly page: ImagePage;
  /** With it, an administrator lists the images of all projects; of the community those of its own alone, unless all are asked for. */
  readonly reach?: "everything";
}

/**
 * One page of the images that exist for the caller: those of its project that its rights cover, public ones and those that it accepted. An
 * administrator reaches the images of other projects by naming an image or a project, or by asking for everything.
 *
 * Memory  two pages at most
 * Throws  IMG.0017 when the marker names no image
 */
export async function listImages(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  { filter, page, reach }: ImageQuery,
): Promise<readonly ImageRecord[]> {
  const caller = imageCaller(principal, "ims:images:list");
  const scoped: ImageFilter = { ...filter, ...scopeOf(caller, { filter, reach }) };
  const images = await listPage(deps.catalog, scoped, page);
  if (images.every((image) => mayList(caller, image))) {
    return images;
  }
  // In a transaction, so that the image where one page ends is still there when the next one is asked for.
  return await deps.catalog.transaction((catalog) => listAllowed(catalog, caller, { filter: scoped, page }));
}

/** Pages until enough images are found that the caller's rights cover: policies ask for more than the catalog can select by. */
async function listAllowed(
  catalog: Catalog,
  caller: ImageCaller,
  { filter, page }: { readonly filter: ImageFilter; readonly page: ImagePage },
): Promise<readonly ImageRecord[]> {
  const found: ImageRecord[] = [];
  for (let place = page; ;) {
    const batch = await listPage(catalog, filter, place);
    found.push(...batch.filter((image) => mayList(caller, image)));
    const last = batch.at(-1);
    if (last === undefined || batch.length < page.limit || found.length >= page.limit) {
      return found.slice(0, page.limit);
    }
    place = { ...page, after: last.id };
  }
}

/** Rights in an enterprise project are rights to the own project's images in it; public ones are everybody's, accepted ones the project's. */
export function mayList(caller: ImageCaller, image: ImageRecord): boolean {
  return image.projectId !== caller.projectId || caller.may(image);
}

async function listPage(catalog: Catalog, filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[]> {
  const images = await catalog.images.list(filter, page);
  if (images === undefined) {
    throw new ServiceError("IMG.0017", { parameter: "marker", problem: `there is no image ${page.after}` });
  }
  return images;
}

function scopeOf(
  caller: ImageCaller,
  { filter, reach }: { readonly filter: ImageQuery["filter"]; readonly reach: ImageQuery["reach"] },
): ImageFilter {
  // What a project answered is asked about itself alone.
  if (!caller.isAdministrator || filter.memberStatus !== undefined) {
    return { visibleTo: caller.projectId };
  }
  if (reach === "everything") {
    return filter.community === undefined ? { community: { onlyOf: caller.projectId } } : {};
  }
  return filter.id !== undefined || filter.projectId !== undefined ? {} : { visibleTo: caller.projectId };
}
