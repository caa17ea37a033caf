import type { ImagePage, ImageSort } from "../../ports/image-catalog.ts";
import { invalidQuery } from "./parse-filter-value.ts";

const sortKeys: ReadonlyMap<string, ImageSort["key"]> = new Map([
  ["name", "name"],
  ["status", "status"],
  ["container_format", "containerFormat"],
  ["disk_format", "diskFormat"],
  ["size", "fileBytes"],
  ["id", "id"],
  ["created_at", "createdAt"],
  ["updated_at", "updatedAt"],
]);

/** Keys and directions as they were sent. */
interface AskedSort {
  readonly keys: readonly string[];
  readonly directions: readonly string[];
}

/**
 * Reads the order of a list: `sort=name:asc,size` or `sort_key` and `sort_dir`, which may come more than once. Images that are equal in all
 * of it come by their creation and id, in the one direction that was asked for, descending otherwise.
 *
 * Throws  image.invalidQuery
 */
export function parseImageSort(query: URLSearchParams): Pick<ImagePage, "sort" | "thenBy"> {
  const { keys, directions } = askedSort(query);
  const [only = "desc"] = directions.length === 1 ? directions.map(directionOf) : [];
  const asked = keys.map((key, index) => ({ key: keyOf(key), direction: directions.length > 1 ? directionOf(directions[index]) : only }));
  const [sort, ...thenBy] = [
    ...asked,
    ...(["createdAt", "id"] as const).filter((key) => !asked.some((sort) => sort.key === key)).map((key) => ({ key, direction: only })),
  ];
  return { ...(sort !== undefined && { sort }), thenBy };
}

function askedSort(query: URLSearchParams): AskedSort {
  const [keys, directions, sorts] = [query.getAll("sort_key"), query.getAll("sort_dir"), query.getAll("sort")];
  if (sorts.length > 0 && (keys.length > 0 || directions.length > 0)) {
    throw invalidQuery("sort", "it does not go together with sort_key and sort_dir");
  }
  if (sorts.length > 0) {
    const parts = sorts.flatMap((sort) => sort.split(",")).map((part) => part.trim().split(":"));
    if (parts.some((part) => part.length > 2)) {
      throw invalidQuery("sort", "it is no list of keys, each with a colon and a direction or without");
    }
    return { keys: parts.map(([key = ""]) => key), directions: parts.map(([, direction = "desc"]) => direction) };
  }
  if (directions.length > 1 && directions.length !== keys.length) {
    throw invalidQuery("sort_dir", "there are as many directions as keys, or one for all");
  }
  return { keys, directions };
}

function keyOf(word: string): ImageSort["key"] {
  const key = sortKeys.get(word);
  if (key === undefined) {
    throw invalidQuery("sort_key", `it is none of ${[...sortKeys.keys()].join(", ")}`);
  }
  return key;
}

function directionOf(word: string | undefined): ImageSort["direction"] {
  if (word !== "asc" && word !== "desc") {
    throw invalidQuery("sort_dir", "it is neither asc nor desc");
  }
  return word;
}
