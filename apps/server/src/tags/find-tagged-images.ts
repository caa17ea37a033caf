import { pageOfAllowed } from "../images/allowed-images.ts";
import type { PageOfImages } from "../images/allowed-images.ts";
import { checkRules } from "../images/check-rules.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageFilter } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { searchPageRules, tagSearchRules } from "./tag-search-rules.table.ts";
import type { SearchPage, TagSearch } from "./tag-search-rules.table.ts";

const action = "ims:images:list";

/**
 * One page of the project's own images that a search finds, newest first.
 *
 * Memory  two pages
 * Throws  IMG.0026; the rules for searches and for pages
 */
export async function findTaggedImages(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  { search, page }: { readonly search: TagSearch; readonly page: SearchPage },
): Promise<PageOfImages> {
  const { projectId } = imageCaller(principal, action);
  checkRules(tagSearchRules, search);
  checkRules(searchPageRules, page);
  return await pageOfAllowed(catalog, { principal, action }, { filter: filterOf(projectId, search), ...page });
}

/**
 * How many of the project's own images a search finds.
 *
 * Throws  IMG.0026; the rules for searches
 */
export async function countTaggedImages(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  search: TagSearch,
): Promise<number> {
  const { projectId } = imageCaller(principal, action);
  checkRules(tagSearchRules, search);
  const nothing = { filter: filterOf(projectId, search), offset: 0, limit: 0 };
  return (await pageOfAllowed(catalog, { principal, action }, nothing)).total;
}

function filterOf(projectId: ProjectId, { query, name, id }: TagSearch): ImageFilter {
  return {
    projectId,
    tags: query,
    ...(name === "" && { name }),
    ...(name !== undefined && name !== "" && { nameContains: name }),
    ...(id !== undefined && { id }),
  };
}
