import type { BlobStore } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageStatus } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { checkRules } from "./check-rules.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";
import { imageRules } from "./image-rules.table.ts";
import { workOnImage } from "./work-on-image.ts";

/** What the parts of this use case need. */
export interface DeleteImageDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
}

/** The rule `notBeingCreated`, once more where it counts. */
const deletable: readonly ImageStatus[] = ["active", "killed"];

/**
 * Deletes an image and its content. Its place in the quota is free when this returns.
 *
 * Throws  IMG.0027, IMG.0026; the rules of a deletion
 */
export async function deleteImage(deps: DeleteImageDeps, principal: Principal, id: string): Promise<void> {
  const caller = imageCaller(principal, "ims:images:delete");
  const blobIds = await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, id);
    checkRules(imageRules.delete, { image, ...caller, ...(await workOnImage(catalog.jobs, image.id)), limits: deps.limits });
    const removed = await catalog.images.remove(image.id, deletable);
    const blobIds = removed?.disks.map((disk) => disk.blobId) ?? [];
    await catalog.removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, blobIds);
}
