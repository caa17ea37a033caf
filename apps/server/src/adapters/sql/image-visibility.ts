import type { Expression, ExpressionBuilder, SqlBool } from "kysely";
import type { ImageFilter, MemberStatus } from "../../ports/image-catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { Tables } from "./tables.ts";

export type Images = ExpressionBuilder<Tables, "images">;
type Condition = (images: Images) => Expression<SqlBool>;

/** What decides which rows exist for whom a list is made. */
export type Viewer = Pick<ImageFilter, "visibleTo" | "memberStatus" | "sharedAs" | "community">;

/** Rows that exist for whom a list is made. */
export function isVisible({ visibleTo, memberStatus, sharedAs = "accepted", community }: Viewer): Condition {
  if (visibleTo === undefined) {
    return typeof community === "object"
      ? (images) => images.or([images("visibility", "!=", "community"), images("project_id", "=", community.onlyOf)])
      : (images) => images.lit(true);
  }
  if (memberStatus !== undefined) {
    return (images) => images.and([images("project_id", "!=", visibleTo), isSharedWith(images, visibleTo, memberStatus)]);
  }
  return (images) =>
    images.or([
      images("project_id", "=", visibleTo),
      images("visibility", "in", community === "all" ? ["public", "community"] : ["public"]),
      isSharedWith(images, visibleTo, sharedAs),
    ]);
}

/** Rows that are shared with someone, or those that are not. Rows of members count only while the image's visibility lets them. */
export function hasMembers(expected: boolean): Condition {
  return (images) =>
    expected
      ? images.and([images("visibility", "=", "shared"), images("member_count", ">", 0)])
      : images.or([images("visibility", "!=", "shared"), images("member_count", "=", 0)]);
}

/** Rows that others share with a project, by what it answered. */
export function isSharedWith(images: Images, memberId: ProjectId, status: MemberStatus | "any"): Expression<SqlBool> {
  const shared = images.selectFrom("image_members").select("image_members.image_id").where("image_members.member_id", "=", memberId);
  const answered = status === "any" ? shared : shared.where("image_members.status", "=", status);
  return images.and([images("visibility", "=", "shared"), images("id", "in", answered)]);
}
