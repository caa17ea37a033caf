import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findRecycled } from "./find-recycled.ts";

/** What letting deleted images go needs. */
export interface PurgeDeps extends ReleaseDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

const batch = 100;

/** Lets a deleted image go for good, with its content. Answers what it was. Throws IMG.0026, api.recycledImageNotFound. */
export async function purgeImage(deps: PurgeDeps, principal: Principal, id: string): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:delete");
  const { image, blobIds } = await deps.catalog.transaction(async (catalog) => {
    const { image } = await findRecycled(catalog, caller, { id, now: deps.clock.now() });
    return { image, blobIds: await takeOut(catalog, image, deps.clock) };
  });
  await releaseBlobs(deps, blobIds);
  return image;
}

/**
 * Lets all deleted images go whose time is over. Answers how many.
 *
 * Memory  100 images at a time
 */
export async function purgeExpired(deps: PurgeDeps, signal?: AbortSignal): Promise<number> {
  for (let purged = 0; ;) {
    signal?.throwIfAborted();
    const found = await purgeSome(deps);
    purged += found;
    if (found < batch) {
      return purged;
    }
  }
}

async function purgeSome(deps: PurgeDeps): Promise<number> {
  const { found, blobIds } = await deps.catalog.transaction(async (catalog) => {
    const expired = await catalog.recycleBin.expired(deps.clock.now(), batch);
    const taken: BlobId[] = [];
    for (const { image } of expired) {
      taken.push(...(await takeOut(catalog, image, deps.clock)));
    }
    return { found: expired.length, blobIds: taken };
  });
  await releaseBlobs(deps, blobIds);
  return found;
}

/** Answers the blobs that are to be removed; they are noted. */
async function takeOut(catalog: Catalog, { id, disks }: ImageRecord, clock: Clock): Promise<readonly BlobId[]> {
  await catalog.recycleBin.remove(id);
  const blobIds = disks.map((disk) => disk.blobId);
  await catalog.removals.note(blobIds, clock.now());
  return blobIds;
}
