import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { shownKey } from "../images/image-tags.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Principal } from "../ports/principal.ts";
import { changeImageTags } from "./change-image-tags.ts";
import { nativeTagRules, removedTagRules } from "./given-tag-rules.table.ts";
import type { RemovedTag } from "./given-tag-rules.table.ts";
import type { ImageTagsDeps } from "./image-tags-deps.ts";

/**
 * Takes tags off an image: those with one of the keys, and with its value where one is told. Tags that it does not have are none too many.
 *
 * Throws  IMG.0115 for none, for texts that are longer than any tag, and for a key that comes twice; what `changeImageTags` throws
 */
export async function removeImageTags(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, tags }: { readonly imageId: string; readonly tags: readonly RemovedTag[] },
): Promise<void> {
  checkRules(removedTagRules, { tags });
  const removed = new Map(tags.map(({ key, value = "" }) => [key, value]));
  const goes = ({ key, value }: ImageTag): boolean => removed.get(key) === "" || removed.get(key) === value;
  await changeImageTags(deps, principal, { imageId, change: (before) => before.filter((tag) => !goes(tag)) });
}

/**
 * Takes the tag with a key off an image, whatever its value.
 *
 * Throws  IMG.0086 when the image has none; what `changeImageTags` throws
 */
export async function removeImageTag(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, key }: { readonly imageId: string; readonly key: string },
): Promise<void> {
  await removeOne(deps, principal, { imageId, shown: key, goes: (tag) => tag.key === key });
}

/**
 * Takes a tag of the native interface off an image: a key without a value.
 *
 * Throws  IMG.0115 for a form that no such tag has; IMG.0086 when the image has none; what `changeImageTags` throws
 */
export async function removeNativeTag(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, tag: text }: { readonly imageId: string; readonly tag: string },
): Promise<void> {
  checkRules(nativeTagRules, { tag: text });
  await removeOne(deps, principal, { imageId, shown: text, goes: ({ key, value }) => key === text && value === "" });
}

async function removeOne(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, shown, goes }: { readonly imageId: string; readonly shown: string; goes(tag: ImageTag): boolean },
): Promise<void> {
  const change = (before: readonly ImageTag[]): readonly ImageTag[] => {
    if (!before.some(goes)) {
      throw new ServiceError("IMG.0086", { id: imageId, tag: shownKey(shown) });
    }
    return before.filter((tag) => !goes(tag));
  };
  await changeImageTags(deps, principal, { imageId, change });
}
