import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { ImageFilter } from "../../ports/image-catalog.ts";
import type { Tables } from "./tables.ts";

export type Images = ExpressionBuilder<Tables, "images">;

/** Rows that exist for whom a list is made. */
export function isVisible({ visibleTo }: Pick<ImageFilter, "visibleTo" | "memberStatus">): (images: Images) => Expression<SqlBool> {
  return (images) =>
    visibleTo === undefined ? images.lit(true) : images.or([images("project_id", "=", visibleTo), images("visibility", "=", "public")]);
}
