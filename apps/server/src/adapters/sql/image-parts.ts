import { sql } from "kysely";
import type { ImageFilter, ImageVisibility } from "../../ports/image-catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";
import type { ImageCondition } from "./image-conditions.ts";
import { isSharedWith, isVisible } from "./image-visibility.ts";

/** Images that one index has in the order of a list. */
export interface ImagePart {
  /** The one project whose images these are, if it is one. */
  readonly projectId?: string;
  readonly condition: ImageCondition;
}

/** Said with the words themselves, not with parameters: only then are the indexes of these images known to have them all. */
const isPublic: ImageCondition = () => sql<boolean>`images.visibility = 'public'`;
const isCommunity: ImageCondition = () => sql<boolean>`images.visibility = 'community'`;

/**
 * What exists for whom a list is made, in parts that share no image: own images, public ones, community ones, and shared ones. A condition with `or` would
 * read all images of all projects to find the first 25; each part has an index that begins with them. Parts in which the filter leaves
 * nothing are left out.
 */
export function partsOf(filter: ImageFilter): readonly ImagePart[] {
  const { visibleTo, projectId, visibility } = filter;
  if (visibleTo === undefined) {
    return [{ condition: isVisible(filter), ...(projectId !== undefined && { projectId }) }];
  }
  if (filter.id !== undefined || filter.memberStatus !== undefined) {
    return [{ condition: isVisible(filter) }];
  }
  if (visibility?.every((word) => word === "public") === true) {
    return [{ condition: isPublic }];
  }
  const own: ImagePart = { projectId: visibleTo, condition: (images) => images("project_id", "=", visibleTo) };
  if (projectId === visibleTo) {
    return [own];
  }
  return [...(projectId === undefined ? [own] : []), ...foreignParts(visibleTo, filter)];
}

function foreignParts(
  visibleTo: ProjectId,
  { visibility, hasMembers, community, sharedAs = "accepted" }: ImageFilter,
): readonly ImagePart[] {
  const isShared: ImageCondition = (images) => isSharedWith(images, visibleTo, sharedAs);
  const isForeign = (condition: ImageCondition): ImagePart => ({
    condition: (images) => images.and([condition(images), images("project_id", "!=", visibleTo)]),
  });
  const leaves = (word: ImageVisibility, has: boolean): boolean =>
    (visibility === undefined || visibility.includes(word)) && hasMembers !== !has;
  return [
    ...(leaves("public", false) ? [isForeign(isPublic)] : []),
    ...(community === "all" && leaves("community", false) ? [isForeign(isCommunity)] : []),
    ...(leaves("shared", true) ? [isForeign(isShared)] : []),
  ];
}
