import { ServiceError } from "@tintype/contract/service-error.ts";

/** Parameters that say which part of a list is wanted, as they were sent. */
export interface PageQuery {
  readonly limit?: string;
  readonly marker?: string;
  readonly sort_key?: string;
  readonly sort_dir?: string;
}

/** Which part of a list is wanted. */
export interface ParsedPage<Key extends string> {
  readonly key: Key;
  readonly direction: "asc" | "desc";
  readonly marker: string | undefined;
  readonly limit: number;
}

/** More is not given at once, whatever is asked for. */
const longestPage = 1000;

/**
 * Reads the parameters of a list whose keys for sorting are those of `keys`, by their names on the wire; the first one is the default.
 *
 * Throws  image.invalidQuery
 */
export function parsePageQuery<Key extends string>(
  { limit, marker, sort_key: sortKey, sort_dir: direction = "desc" }: PageQuery,
  keys: ReadonlyMap<string, Key>,
  defaultLimit: number,
): ParsedPage<Key> {
  const [first = ""] = keys.keys();
  const key = keys.get(sortKey ?? first);
  if (key === undefined) {
    throw new ServiceError("image.invalidQuery", { name: "sort_key", problem: `it is none of ${[...keys.keys()].join(", ")}` });
  }
  if (direction !== "asc" && direction !== "desc") {
    throw new ServiceError("image.invalidQuery", { name: "sort_dir", problem: "it is neither asc nor desc" });
  }
  if (limit !== undefined && !/^\d{1,9}$/.test(limit)) {
    throw new ServiceError("image.invalidQuery", { name: "limit", problem: "it is no whole number from 0" });
  }
  return { key, direction, marker, limit: limit === undefined ? defaultLimit : Math.min(Number(limit), longestPage) };
}
