import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveImage } from "../quotas/reserve-image.ts";
import { findRecycled } from "./find-recycled.ts";

/** What restoring needs. */
export interface RestoreImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits: Limits;
}

/**
 * Brings a deleted image back, as it was but for whom it was shared with. It takes its place in the quota again.
 *
 * Throws  IMG.0026, api.recycledImageNotFound; IMG.0015
 */
export async function restoreImage(deps: RestoreImageDeps, principal: Principal, id: string): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:delete");
  return await deps.catalog.transaction(async (catalog) => {
    const now = deps.clock.now();
    const { image } = await findRecycled(catalog, caller, { id, now });
    const restored = { ...image, updatedAt: now };
    await reserveImage(catalog, deps.limits, restored);
    await catalog.recycleBin.remove(image.id);
    return restored;
  });
}
