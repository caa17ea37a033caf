import type { Catalog } from "./ports/catalog.ts";
import type { NamedStore, NamedStores } from "./ports/named-stores.ts";
import { StartError } from "./start-error.ts";

/**
 * Refuses one of several stores that holds nothing although images lie in it: most likely its volume is not mounted. Its images would be said
 * to be lost, new ones would come to lie in the wrong place, and what was deleted meanwhile would be believed to be gone.
 *
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
  const used = new Set((await catalog.images.countByStores()).flatMap((group) => group.stores));
  for (const store of stores.all) {
    if (used.has(store.name) && (await isEmpty(store))) {
      const remedy =
        'Mount its volume, or put its files back. If they are lost for good, give the store another name in TINTYPE_STORES_FILE, and add the old one to "lost" there.';
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
