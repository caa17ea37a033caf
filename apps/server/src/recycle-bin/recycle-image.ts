import { hasContentElsewhere } from "../images/awaits-content.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Limits } from "../quotas/limits.ts";

const dayMs = 86_400_000;

/**
 * Puts an image that was just taken out of the catalog into the recycle bin, where that is on. Call it in the transaction that took it out.
 * Answers false when it was not put there, and its content must go. Who it was shared with is forgotten.
 */
export async function recycleImage(
  catalog: Pick<Catalog, "recycleBin">,
  image: ImageRecord,
  { limits, now }: { readonly limits: Limits; readonly now: number },
): Promise<boolean> {
  const { days } = limits.recycleBin;
  // What never became an image has nothing to be restored.
  if (days === 0 || (image.status !== "active" && image.status !== "deactivated") || hasContentElsewhere(image)) {
    return false;
  }
  const visibility = image.visibility === "shared" ? "private" : image.visibility;
  await catalog.recycleBin.insert({ image: { ...image, visibility, memberCount: 0 }, deletedAt: now, purgeAt: now + days * dayMs });
  return true;
}
