import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "./limits.ts";
import { imageQuotaRules } from "./quota-rules.table.ts";

/**
 * Inserts an image if its project may own one more. Call it in a transaction: then no number of callers gets past the limit.
 *
 * Throws  IMG.0015
 */
export async function reserveImage(catalog: Pick<Catalog, "images">, limits: Limits, image: ImageRecord): Promise<void> {
  checkRules(imageQuotaRules, { used: await catalog.images.count(image.projectId), limits });
  await catalog.images.insert(image);
}
