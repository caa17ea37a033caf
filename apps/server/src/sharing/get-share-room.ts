import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { Limits } from "../quotas/limits.ts";
import { shareRoom } from "./share-room.ts";
import type { ShareRoom } from "./share-room.ts";
import { ownerRules } from "./share-rules.table.ts";

/**
 * With how many projects more the owner of an image can share it.
 *
 * Throws  IMG.0026, IMG.0027, IMG.0047
 */
export async function getShareRoom(
  { catalog, limits }: { readonly catalog: Catalog; readonly limits: Limits },
  principal: Principal,
  imageId: string,
): Promise<ShareRoom> {
  const caller = imageCaller(principal, "ims:images:get");
  const image = await findImage(catalog, caller, imageId);
  checkRules([ownerRules.batch], { image, ...caller, limits });
  return shareRoom(image, limits);
}
