import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import type { Principal } from "../ports/principal.ts";
import { checkRules } from "./check-rules.ts";
import { findImage } from "./find-image.ts";
import { hasUnfinishedTask } from "./has-unfinished-task.ts";
import { imageCaller } from "./image-caller.ts";
import { removeCopies } from "./remove-copies.ts";
import { storeRemovalRules } from "./store-removal-rules.table.ts";
import type { StoreRemoval } from "./store-removal-rules.table.ts";
import { storeNamed } from "./wanted-stores.ts";

/** What this use case needs. */
export interface RemoveFromStoreDeps {
  readonly catalog: Catalog;
  readonly stores: NamedStores;
  readonly clock: Clock;
  readonly log: Log;
}

/** An image, and the store that it shall no longer lie in. */
export interface RemovedCopy {
  readonly imageId: string;
  readonly store: string;
}

/**
 * Takes an image out of one of several stores; the room comes back with that store's collection. Of two calls at once that would leave no
 * store, the second is refused.
 *
 * Throws  IMG.0026, IMG.0027; image.storeUnknown; the rules of such a removal
 */
export async function removeFromStore(
  deps: RemoveFromStoreDeps,
  principal: Principal,
  { imageId, store }: RemovedCopy,
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "tintype:images:useAny");
  const { name } = storeNamed(deps.stores, store);
  const places = await placesOf(deps.stores, await findImage(deps.catalog, caller, imageId), name);
  const image = await deps.catalog.transaction(async (catalog) => {
    const found = await findImage(catalog, caller, imageId);
    checkRules(storeRemovalRules, { image: found, store: name, ...places, isImporting: await hasUnfinishedTask(catalog, found.id) });
    const stores = found.stores.filter((other) => other !== name);
    await catalog.images.update(found.id, { stores, updatedAt: deps.clock.now() });
    return found;
  });
  await removeCopies(deps, image.disks, [name]);
  return image;
}

/** Where an image lies: in this store, and wholly in others. */
async function placesOf(stores: NamedStores, image: ImageRecord, name: string): Promise<Pick<StoreRemoval, "isThere" | "isElsewhere">> {
  const holders = await Promise.all(image.disks.map(({ blobId }) => stores.holding(blobId)));
  return {
    isThere: image.stores.includes(name) || holders.some((names) => names.includes(name)),
    isElsewhere: holders.every((names) => names.some((other) => other !== name)),
  };
}
