import type { BlobId } from "@tintype/store/blob-store.ts";
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
 * Takes an image out of one of several stores; the room comes back with that store's collection. Calls for one image take turns, and none
 * begins while a task of it is not over, so nothing brings or takes away a copy while this decides and removes.
 *
 * Throws  IMG.0026, IMG.0027; image.storeUnknown; the rules of such a removal
 */
export async function removeFromStore(deps: RemoveFromStoreDeps, principal: Principal, removed: RemovedCopy): Promise<ImageRecord> {
  const caller = imageCaller(principal, "tintype:images:useAny");
  const { name } = storeNamed(deps.stores, removed.store);
  return await deps.stores.inTurn(removed.imageId, async () => {
    const holders = await holdersOf(deps.stores, await findImage(deps.catalog, caller, removed.imageId));
    const image = await deps.catalog.transaction(async (catalog) => {
      const found = await findImage(catalog, caller, removed.imageId);
      const isImporting = await hasUnfinishedTask(catalog, found.id);
      checkRules(storeRemovalRules, { image: found, store: name, ...placesOf(found, holders, name), isImporting });
      const stores = found.stores.filter((other) => other !== name);
      await catalog.images.update(found.id, { stores, updatedAt: deps.clock.now() });
      return found;
    });
    await removeCopies(deps, image.disks, [name]);
    return image;
  });
}

/** Names of the stores that hold a disk of an image, by its blob. */
type Holders = ReadonlyMap<BlobId, readonly string[]>;

async function holdersOf(stores: NamedStores, { disks }: ImageRecord): Promise<Holders> {
  return new Map(await Promise.all(disks.map(async ({ blobId }) => [blobId, await stores.holding(blobId)] as const)));
}

/** Where an image lies: in this store, and wholly in others that it names. */
function placesOf({ disks, stores }: ImageRecord, holders: Holders, name: string): Pick<StoreRemoval, "isThere" | "isElsewhere"> {
  const others = stores.filter((other) => other !== name);
  const held = disks.map(({ blobId }) => holders.get(blobId) ?? []);
  return {
    isThere: stores.includes(name) || held.some((names) => names.includes(name)),
    isElsewhere: held.every((names) => names.some((other) => others.includes(other))),
  };
}
