import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "./limits.ts";

/**
 * Inserts an image if its project may own one more. Call it in a transaction: then no number of callers gets past the limit.
 *
 * Throws  IMG.0015
 */
export async function reserveImage(catalog: Pick<Catalog, "images">, limits: Limits, image: ImageRecord): Promise<void> {
  const used = await catalog.images.count(image.projectId);
  if (used >= limits.images.perProject) {
    throw new ServiceError("IMG.0015", { used, limit: limits.images.perProject });
  }
  await catalog.images.insert(image);
}
