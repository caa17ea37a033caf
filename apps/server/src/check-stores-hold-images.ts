import type { Catalog } from "./ports/catalog.ts";
import type { ImageRecord } from "./ports/image-catalog.ts";
import type { NamedStore, NamedStores } from "./ports/named-stores.ts";
import { StartError } from "./start-error.ts";

const pageSize = 1000;

/**
 * Refuses one of several stores that holds nothing although images lie in it: most likely its volume is not mounted. Its images would be said
 * to be lost, new ones would come to lie in the wrong place, and what was deleted meanwhile would be believed to be gone.
 *
 * Memory  a page of images; they are read only when a store is empty
 * Throws  StartError
 */
export async function checkStoresHoldImages({
  catalog,
  stores,
}: {
  readonly catalog: Catalog;
  readonly stores: NamedStores;
}): Promise<void> {
  if (stores.all.length === 1) {
    return;
  }
  for (const store of stores.all) {
    if ((await isEmpty(store)) && (await hasImages(catalog, store.name))) {
      const remedy =
        "Mount its volume, or put its files back. If they are lost for good, give the store another name in TINTYPE_STORES_FILE.";
      throw new StartError(`The store "${store.name}" (${store.place}) is empty, and there are images in it. ${remedy}`);
    }
  }
}

async function isEmpty({ blobs }: NamedStore): Promise<boolean> {
  for await (const _id of blobs.list()) {
    return false;
  }
  return true;
}

async function hasImages({ images }: Pick<Catalog, "images">, store: string): Promise<boolean> {
  for (let page: readonly ImageRecord[] | undefined, last: string | undefined; page === undefined || page.length === pageSize;) {
    page = (await images.list({}, { limit: pageSize, ...(last !== undefined && { after: last }) })) ?? [];
    last = page.at(-1)?.id;
    if (page.some(({ stores }) => stores.includes(store))) {
      return true;
    }
  }
  return false;
}
