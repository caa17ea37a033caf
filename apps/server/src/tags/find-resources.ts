import { ServiceError } from "@tintype/contract/service-error.ts";
import { imageResources } from "../enterprise-projects/move-image.ts";
import { requireRights } from "../identity/require-rights.ts";
import type { PageOfImages } from "../images/allowed-images.ts";
import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { TagQuery } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { findTaggedImages } from "./find-tagged-images.ts";
import { keysOnceRules } from "./predefined-tag-rules.table.ts";
import { requireProject, unknownType } from "./tag-resources.ts";
import type { SearchPage } from "./tag-search-rules.table.ts";

/** Which things are looked for. */
export interface ResourceSearch {
  /** The principal's own when it is not told. */
  readonly projectId: string | undefined;
  readonly resourceTypes: readonly string[];
  readonly query: TagQuery;
  readonly page: SearchPage;
}

/** Some of the things that were found, and the types that this service has none of. */
export interface FoundResources extends PageOfImages {
  readonly project: { readonly id: ProjectId; readonly name: string };
  readonly failedTypes: readonly { readonly type: string; readonly error: ServiceError }[];
}

/**
 * One page of a project's things that have the tags that are looked for.
 *
 * Memory  one page
 * Throws  TMS.0004, TMS.0009 (a key comes twice), TMS.2011 (project); IMG.0026 without the right to list images
 */
export async function findResources(
  deps: { readonly catalog: Catalog },
  principal: Principal,
  { projectId, resourceTypes, query, page }: ResourceSearch,
): Promise<FoundResources> {
  requireRights(principal, ["tms:resourceTags:list"]);
  checkRules(keysOnceRules, { tags: query.all ?? [] });
  const inProject = await requireProject(deps, principal, projectId);
  const { project } = inProject;
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  const failedTypes = [...new Set(resourceTypes)]
    .filter((type) => type !== imageResources)
    .map((type) => ({ type, error: unknownType(type) }));
  const found = resourceTypes.includes(imageResources)
    ? await findTaggedImages(deps, inProject, { search: { query }, page })
    : { total: 0, images: [] };
  return { ...found, project, failedTypes };
}
