import type { Expression, SqlBool } from "kysely";
import type { TagCondition, TagQuery } from "../../ports/image-catalog.ts";
import type { ImageCondition } from "./image-conditions.ts";
import type { Images } from "./image-visibility.ts";

/** What a query by tags asks of a row. Every one is an index lookup by the image's id. */
export function tagConditions({ all = [], any = [], notAll = [], notAny = [], none = false }: TagQuery): readonly ImageCondition[] {
  if (none) {
    return [(images) => images.not(images.exists(tagsOf(images)))];
  }
  return [
    ...all.map(
      (condition): ImageCondition =>
        (images) =>
          hasTag(images, condition),
    ),
    ...when(any, (images) => images.or(any.map((condition) => hasTag(images, condition)))),
    ...when(notAll, (images) => images.not(images.and(notAll.map((condition) => hasTag(images, condition))))),
    ...when(notAny, (images) => images.not(images.or(notAny.map((condition) => hasTag(images, condition))))),
  ];
}

/** A part without conditions asks for nothing. */
function when(part: readonly TagCondition[], condition: ImageCondition): readonly ImageCondition[] {
  return part.length === 0 ? [] : [condition];
}

function hasTag(images: Images, { key, values }: TagCondition): Expression<SqlBool> {
  const keyed = tagsOf(images).where("image_tags.tag_key", "=", key);
  return images.exists(values.length === 0 ? keyed : keyed.where("image_tags.tag_value", "in", values));
}

function tagsOf(images: Images) {
  return images.selectFrom("image_tags").select("image_tags.image_id").whereRef("image_tags.image_id", "=", "images.id");
}
