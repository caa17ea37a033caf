import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "./limits.ts";
import { imageQuotaRules } from "./quota-rules.table.ts";

/**
 * Inserts an image if its project may own one more. Call it in a transaction that ends with what it throws: the image is there before the
 * project's images are looked at, so that no number of callers gets past the limit.
 *
 * Throws  IMG.0015
 */
export async function reserveImage(catalog: Pick<Catalog, "images">, limits: Limits, image: ImageRecord): Promise<void> {
  const owned = await catalog.images.insert(image);
  checkRules(imageQuotaRules, { used: owned - 1, limits });
}
