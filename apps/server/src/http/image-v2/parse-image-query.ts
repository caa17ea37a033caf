import type { ImageQuery } from "../../images/list-images.ts";
import { imageFilters, listedStatuses } from "./image-filters.table.ts";
import type { Selection } from "./image-filters.table.ts";
import { parseImageSort } from "./parse-image-sort.ts";
import { invalidQuery } from "./parse-filter-value.ts";
import { parseVisibility } from "./parse-visibility.ts";

const defaultLimit = 25;
/** More is not given at once, whatever is asked for. */
const longestPage = 1000;
const notFilters: ReadonlySet<string> = new Set(["limit", "marker", "sort", "sort_key", "sort_dir", "visibility", "member_status", "tag"]);

/**
 * Reads what a list of images shall hold, and where its page begins and ends. Of a parameter that comes twice the last one counts, of tags
 * all.
 *
 * Throws  image.invalidQuery
 */
export function parseImageQuery(query: URLSearchParams): ImageQuery {
  const given = new Map([...query].filter(([name]) => !notFilters.has(name)));
  const selections = [...given].map(([name, value]) => selectionOf(name, value));
  const tags = query.getAll("tag").map(tagCondition);
  const filter: Selection = {
    status: listedStatuses,
    isHidden: false,
    ...selections.reduce(join, {}),
    ...parseVisibility(lastOf(query, "visibility"), lastOf(query, "member_status")),
    ...(tags.length > 0 && { tags: { all: tags } }),
  };
  const marker = lastOf(query, "marker");
  const page = { limit: limitOf(lastOf(query, "limit")), ...(marker !== undefined && { after: marker }), ...parseImageSort(query) };
  return { filter, page, reach: "everything" };
}

function selectionOf(name: string, value: string): Selection {
  const parameter = Object.hasOwn(imageFilters, name) ? imageFilters[name] : undefined;
  return parameter === undefined ? { properties: { [name]: value } } : parameter(value, name);
}

/** Every parameter speaks of another field; the lists of conditions add up. */
function join(a: Selection, b: Selection): Selection {
  return {
    ...a,
    ...b,
    oneOf: { ...a.oneOf, ...b.oneOf },
    amounts: [...(a.amounts ?? []), ...(b.amounts ?? [])],
    times: [...(a.times ?? []), ...(b.times ?? [])],
    file: { ...a.file, ...b.file },
    properties: { ...a.properties, ...b.properties },
  };
}

/** The whole tag, as the catalog tells a key and a value in it apart. */
function tagCondition(tag: string): { readonly key: string; readonly values: readonly string[] } {
  const place = tag.indexOf("=");
  return place < 0 ? { key: tag, values: [""] } : { key: tag.slice(0, place), values: [tag.slice(place + 1)] };
}

function lastOf(query: URLSearchParams, name: string): string | undefined {
  return query.getAll(name).at(-1);
}

function limitOf(limit: string | undefined): number {
  if (limit === undefined) {
    return defaultLimit;
  }
  if (!/^\d{1,15}$/.test(limit)) {
    throw invalidQuery("limit", "it is no whole number from 0");
  }
  return Math.min(Number(limit), longestPage);
}
