import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter, ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "./image-caller.ts";
import type { ImageCaller } from "./image-caller.ts";
import { mayList } from "./list-images.ts";

const pageSize = 200;

/** Which images: those of the caller's project that are not public, or the public ones. */
export type ImageScope = "private" | "public";

/**
 * All images of a scope that the caller's rights cover, newest first, in pages; `own` are those of the caller's project, public or not. Images
 * that come or go meanwhile are in it or not; the others are in it once.
 *
 * Memory  a page of 200 images
 * Throws  IMG.0026 at once; Error while paging, when all images of a page were deleted before the next one was asked for
 */
export function eachImage(
  { catalog }: { readonly catalog: Pick<Catalog, "images"> },
  principal: Principal,
  scope: ImageScope | "own",
): AsyncIterable<readonly ImageRecord[]> {
  const caller = imageCaller(principal, "ims:images:list");
  const { projectId } = caller;
  const filters: Readonly<Record<typeof scope, ImageFilter>> = {
    private: { projectId, visibility: ["private", "shared", "community"] },
    own: { projectId },
    public: { visibility: ["public"] },
  };
  return pages(catalog, caller, { visibleTo: projectId, ...filters[scope] });
}

async function* pages(
  { images }: Pick<Catalog, "images">,
  caller: ImageCaller,
  filter: ImageFilter,
): AsyncGenerator<readonly ImageRecord[], void, undefined> {
  let page = await images.list(filter, { limit: pageSize });
  while (page !== undefined && page.length > 0) {
    yield page.filter((image) => mayList(caller, image));
    page = await pageBehind(images, filter, page);
  }
}

/** The next page begins behind the last image that is still there. */
async function pageBehind(images: Catalog["images"], filter: ImageFilter, page: readonly ImageRecord[]): Promise<readonly ImageRecord[]> {
  for (const { id } of page.toReversed()) {
    const next = await images.list(filter, { limit: pageSize, after: id });
    if (next !== undefined) {
      return next;
    }
  }
  throw new Error(`All ${page.length} images of a page were deleted while the list was read`);
}
