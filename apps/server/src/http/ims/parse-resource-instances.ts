import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ResourceInstancesBody } from "@tintype/contract/ims/resource-instances.ts";
import type { TagQuery } from "../../ports/image-catalog.ts";
import type { SearchPage, TagSearch } from "../../tags/tag-search-rules.table.ts";

/**
 * Reads what images are looked for.
 *
 * Throws  IMG.0017 when the name, or the id, is looked for twice
 */
export function parseResourceInstances(body: ResourceInstancesBody): { readonly search: TagSearch; readonly page: SearchPage } {
  const { matches = [], limit = 10, offset = 0 } = body;
  const words = new Map(matches.map(({ key, value }) => [key, value]));
  if (words.size < matches.length) {
    throw new ServiceError("IMG.0017", { parameter: "matches", problem: "a key comes twice" });
  }
  const [name, id] = [words.get("resource_name"), words.get("resource_id")];
  return {
    search: { query: queryOf(body), ...(name !== undefined && { name }), ...(id !== undefined && { id }) },
    page: { limit: Number(limit), offset: Number(offset) },
  };
}

function queryOf({ tags, tags_any, not_tags, not_tags_any, without_any_tag }: ResourceInstancesBody): TagQuery {
  if (without_any_tag === true) {
    return { none: true };
  }
  return {
    ...(tags && { all: tags }),
    ...(tags_any && { any: tags_any }),
    ...(not_tags && { notAll: not_tags }),
    ...(not_tags_any && { notAny: not_tags_any }),
  };
}
