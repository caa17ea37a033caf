import { checkRules } from "../images/check-rules.ts";
import type { ImageTag } from "../images/image-tags.ts";
import { tagRules } from "../images/tag-rules.table.ts";
import type { Principal } from "../ports/principal.ts";
import { changeImageTags } from "./change-image-tags.ts";
import type { ImageTagsDeps } from "./image-tags-deps.ts";
import { givenTagRules, nativeTagRules } from "./given-tag-rules.table.ts";

/**
 * Gives an image tags: a key that it has already gets the new value, the others are added.
 *
 * Throws  IMG.0115 for none, for a form that is not allowed and for a key that comes twice; IMG.0116; what `changeImageTags` throws
 */
export async function addImageTags(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, tags }: { readonly imageId: string; readonly tags: readonly ImageTag[] },
): Promise<void> {
  checkRules(givenTagRules, { tags });
  checkRules(tagRules, { tags, limits: deps.limits });
  await changeImageTags(deps, principal, { imageId, change: (before) => withTags(before, tags) });
}

/**
 * Gives an image a tag of the native interface: a key without a value.
 *
 * Throws  IMG.0115 for a form that is not allowed; IMG.0116; what `changeImageTags` throws
 */
export async function addNativeTag(
  deps: ImageTagsDeps,
  principal: Principal,
  { imageId, tag }: { readonly imageId: string; readonly tag: string },
): Promise<void> {
  checkRules(nativeTagRules, { tag });
  await changeImageTags(deps, principal, { imageId, change: (before) => withTags(before, [{ key: tag, value: "" }]) });
}

/** Tags keep their places; new ones come last. */
function withTags(before: readonly ImageTag[], added: readonly ImageTag[]): readonly ImageTag[] {
  const values = new Map([...before, ...added].map(({ key, value }) => [key, value]));
  return Array.from(values, ([key, value]) => ({ key, value }));
}
