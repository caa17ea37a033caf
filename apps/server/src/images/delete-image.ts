import type { BlobStore } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageId } from "../ports/ids.ts";
import { imageStatuses } from "../ports/image-catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { mayDo } from "../identity/authorize.ts";
import { recycleImage } from "../recycle-bin/recycle-image.ts";
import { checkRules } from "./check-rules.ts";
import type { Rule } from "./check-rules.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";
import { imageRules } from "./image-rules.table.ts";
import type { ImageOperation } from "./image-rules.table.ts";
import { workOnImage } from "./work-on-image.ts";
import type { WorkOnImage } from "./work-on-image.ts";

/** An image that is about to be deleted, and by whom. */
export interface ImageDeletion extends Omit<ImageOperation, keyof WorkOnImage>, WorkOnImage {
  /** True for who may make images public, and withdraw them. */
  readonly mayPublish: boolean;
}

/** What the parts of this use case need. */
export interface DeleteImageDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Limits;
  /** Where the image's file may lie ready; absent where there is no cache. */
  readonly imageCache?: { readonly forgetDeleted: (id: ImageId) => Promise<void> } | undefined;
}

/**
 * Deletes an image, and its content unless the recycle bin keeps it. Its place in the quota is free when this returns. Answers what it was.
 * Interfaces differ in what they let go: those that say nothing have the rules of IMS.
 *
 * Throws  IMG.0027, IMG.0026; the rules of a deletion
 */
export async function deleteImage(
  deps: DeleteImageDeps,
  principal: Principal,
  id: string,
  rules: readonly Rule<ImageDeletion>[] = imageRules.delete,
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:delete");
  const mayPublish = mayDo(principal, "tintype:images:publish");
  const { image, blobIds } = await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, id);
    checkRules(rules, { image, ...caller, mayPublish, ...(await workOnImage(catalog.jobs, image.id)), limits: deps.limits });
    // Whatever its status is: the rules decided.
    const removed = await catalog.images.remove(image.id, imageStatuses);
    const now = deps.clock.now();
    const isKept = removed !== undefined && (await recycleImage(catalog, removed, { limits: deps.limits, now }));
    const blobIds = isKept ? [] : (removed?.disks.map((disk) => disk.blobId) ?? []);
    await catalog.removals.note(blobIds, now);
    return { image, blobIds };
  });
  await deps.imageCache?.forgetDeleted(image.id);
  await releaseBlobs(deps, blobIds);
  return image;
}
