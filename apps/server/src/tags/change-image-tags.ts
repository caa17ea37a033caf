import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules } from "../images/image-rules.table.ts";
import { parseTagText, tagText } from "../images/image-tags.ts";
import type { ImageTag } from "../images/image-tags.ts";
import { tagCountRules } from "../images/tag-rules.table.ts";
import type { Principal } from "../ports/principal.ts";
import type { ImageTagsDeps } from "./image-tags-deps.ts";

/** Which image, and what its tags become. */
export interface TagChange {
  readonly imageId: string;
  change(tags: readonly ImageTag[]): readonly ImageTag[];
}

/**
 * Changes the tags of an image, all or nothing, and with no other change in between: the limit is exact, and of several writers of a key
 * one has the last word. What changes nothing leaves the image as it is.
 *
 * Throws  IMG.0026, IMG.0027; the rules of tagging; IMG.0116 when there would be more tags than before and than allowed; what `change` throws
 */
export async function changeImageTags(deps: ImageTagsDeps, principal: Principal, { imageId, change }: TagChange): Promise<void> {
  const caller = imageCaller(principal, "ims:images:update");
  const { clock, limits } = deps;
  await deps.catalog.leadingTransaction(async (catalog) => {
    const image = await findImage(catalog, caller, imageId);
    checkRules(imageRules.tag, { image, ...caller, limits });
    const changed = change(image.tags.map(parseTagText));
    if (changed.length > image.tags.length) {
      checkRules(tagCountRules, { tags: changed, limits });
    }
    const tags = changed.map(tagText);
    if (tags.length === image.tags.length && tags.every((tag, index) => tag === image.tags[index])) {
      return;
    }
    if ((await catalog.images.update(image.id, { tags, updatedAt: clock.now() })) === undefined) {
      throw new ServiceError("IMG.0027", { id: image.id });
    }
  });
}
