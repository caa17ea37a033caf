import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveImage } from "../quotas/reserve-image.ts";
import type { FileFacts } from "./inspect-file.ts";

/**
 * Takes a place in the quota for every further disk of an archive, all or none: data images that are like the first image otherwise.
 *
 * Repeat  images that an earlier attempt added stay as they are
 * Throws  IMG.0015; Error when the first image is gone
 */
export async function addArchiveImages(
  { catalog, clock, limits }: { readonly catalog: Catalog; readonly clock: Clock; readonly limits: Limits },
  [system, ...others]: readonly FileFacts[],
): Promise<void> {
  await catalog.transaction(async (inside) => {
    const first = system && (await inside.images.get(system.imageId));
    if (first === undefined) {
      throw new Error(`The image ${system?.imageId}, which was being made, is gone`);
    }
    const now = clock.now();
    for (const { imageId, imageName, minDiskGiB } of others) {
      if ((await inside.images.get(imageId)) === undefined) {
        const fields = { kind: "data", status: "queued", properties: {}, createdAt: now, updatedAt: now } as const;
        await reserveImage(inside, limits, { ...first, ...fields, id: imageId, name: imageName, minDiskGiB });
      }
    }
  });
}
