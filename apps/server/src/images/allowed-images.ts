import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { mayDo } from "../identity/authorize.ts";
import { statementVerdict } from "../identity/statement-verdict.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter, ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";

/** What is done with images, by whom. */
export interface ImageUse {
  readonly principal: Principal;
  readonly action: Action;
}

/** Some of the images that a filter selects. */
export interface PageOfImages {
  /** How many there are in all. */
  readonly total: number;
  readonly images: readonly ImageRecord[];
}

const scanned = 500;

/**
 * One page of the images that a filter selects and that the caller's rights cover, with their number.
 *
 * Memory  one page; one of 500 images besides where the rights are bound to some images, and then all that are selected are read
 */
export async function pageOfAllowed(
  catalog: Catalog,
  use: ImageUse,
  { filter, offset, limit }: { readonly filter: ImageFilter; readonly offset: number; readonly limit: number },
): Promise<PageOfImages> {
  if (coversAll(use)) {
    const images = limit === 0 ? [] : ((await catalog.images.list(filter, { offset, limit })) ?? []);
    return { total: await catalog.images.countMatching(filter), images };
  }
  let total = 0;
  const images: ImageRecord[] = [];
  await forEachAllowed(catalog, { use, filter }, (image) => {
    if (total >= offset && images.length < limit) {
      images.push(image);
    }
    total += 1;
  });
  return { total, images };
}

/**
 * The tags of the images that a filter selects and that the caller's rights cover, each once, as images keep them, in the order of their
 * code units.
 *
 * Memory  what differs of those tags
 */
export async function tagsOfAllowed(catalog: Catalog, use: ImageUse, filter: ImageFilter): Promise<readonly string[]> {
  if (coversAll(use)) {
    return await catalog.images.tags(filter);
  }
  const tags = new Set<string>();
  await forEachAllowed(catalog, { use, filter }, (image) => image.tags.forEach((tag) => tags.add(tag)));
  return [...tags].toSorted();
}

/** Tells whether the caller's rights do not depend on the image: then the catalog alone can select and count. */
function coversAll({ principal, action }: ImageUse): boolean {
  const verdicts = principal.rights.statements.map((statement) => ({
    effect: statement.effect,
    verdict: statementVerdict(statement, { principal, action, resource: undefined }),
  }));
  return (
    verdicts.some(({ effect, verdict }) => effect === "Allow" && verdict === "yes") &&
    verdicts.every(({ effect, verdict }) => effect === "Allow" || verdict === "no")
  );
}

/** In a transaction, so that the image where one page ends is still there when the next one is asked for. */
async function forEachAllowed(
  catalog: Catalog,
  { use: { principal, action }, filter }: { readonly use: ImageUse; readonly filter: ImageFilter },
  visit: (image: ImageRecord) => void,
): Promise<void> {
  await catalog.transaction(async ({ images }) => {
    for (let after: string | undefined; ;) {
      const page = (await images.list(filter, { limit: scanned, ...(after !== undefined && { after }) })) ?? [];
      page.filter((image) => mayDo(principal, action, image)).forEach(visit);
      after = page.at(-1)?.id;
      if (page.length < scanned) {
        return;
      }
    }
  });
}
