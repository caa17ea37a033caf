import { sql } from "kysely";
import type { Kysely } from "kysely";
import type { ImageFilter, TagCondition } from "../../ports/image-catalog.ts";
import { fieldConditionsOf } from "./image-conditions.ts";
import { comesAfter } from "./image-order.ts";
import type { Order, SortColumn } from "./image-order.ts";
import type { ImagePart } from "./image-parts.ts";
import type { ImageRow } from "./image-row.ts";
import type { Tables } from "./tables.ts";

/** What a page of a list is asked to hold. */
export interface PageQuery {
  readonly filter: ImageFilter;
  readonly orders: readonly Order[];
  /** The row behind which the page begins. */
  readonly marker: ImageRow | undefined;
  readonly limit: number;
}

/** Columns that the rows of tags have too, in the order of a list. */
const taggedColumns: Partial<Readonly<Record<SortColumn, string>>> = { created_at: "tagged.tagged_at", id: "tagged.tagged_id" };

/**
 * The images of one part that a page may hold, without a selection. Where the images of one project are asked for by a tag, the tag's rows
 * lead the way: there is an index of them in the order of the list.
 */
export function partOfPage(db: Kysely<Tables>, { projectId, condition: isOfPart }: ImagePart, page: PageQuery) {
  const { filter, orders, marker, limit } = page;
  const [tag, ...otherTags] = filter.tags?.none === true ? [] : (filter.tags?.all ?? []);
  const byTag = projectId !== undefined && tag !== undefined;
  let query = db.selectFrom("images").where(isOfPart).limit(limit);
  if (byTag) {
    query = query.innerJoin(taggedImages(db, projectId, tag), "tagged.tagged_id", "images.id");
  }
  for (const condition of fieldConditionsOf(byTag ? { ...filter, tags: { ...filter.tags, all: otherTags } } : filter)) {
    query = query.where(condition);
  }
  const refOf = (column: SortColumn) => sql.ref<string | number>((byTag ? taggedColumns[column] : undefined) ?? `images.${column}`);
  if (marker !== undefined) {
    query = query.where((images) => comesAfter(images, marker, { orders, refOf }));
  }
  for (const { column, direction } of orders) {
    query = query.orderBy(refOf(column), direction);
  }
  return query;
}

function taggedImages(db: Kysely<Tables>, projectId: string, { key, values }: TagCondition) {
  const tagged = db
    .selectFrom("image_tags")
    .select(["image_id as tagged_id", "created_at as tagged_at"])
    .where("project_id", "=", projectId)
    .where("tag_key", "=", key);
  return (values.length === 0 ? tagged : tagged.where("tag_value", "in", values)).as("tagged");
}
