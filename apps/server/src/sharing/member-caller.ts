import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";

/**
 * Lets a principal see and change single members, which takes two rights: to get images and to share them.
 *
 * Throws  as `imageCaller`
 */
export function memberCaller(principal: Principal): ImageCaller {
  const getting = imageCaller(principal, "ims:images:get");
  const sharing = imageCaller(principal, "ims:images:share");
  const may = (image: Pick<ImageRecord, "id" | "enterpriseProjectId" | "tags">): boolean => getting.may(image) && sharing.may(image);
  return { ...sharing, may };
}
