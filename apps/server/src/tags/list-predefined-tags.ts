import { requireRights } from "../identity/require-rights.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { PredefinedTagRecord } from "../ports/predefined-tag-catalog.ts";
import type { Principal } from "../ports/principal.ts";

/** Which predefined tags are asked for. */
export interface PredefinedTagQuery {
  /** Parts of the key and of the value, whatever the case of their letters. */
  readonly keyContains: string | undefined;
  readonly valueContains: string | undefined;
  readonly sort: { readonly field: "updatedAt" | "key" | "value"; readonly direction: "asc" | "desc" };
  readonly offset: number;
  readonly limit: number;
}

/** Some of the predefined tags that were found. */
export interface PredefinedTagPage {
  readonly total: number;
  readonly tags: readonly PredefinedTagRecord[];
}

/**
 * One page of the predefined tags of the caller's domain. Among equals the newest come first, then by key and value.
 *
 * Memory  all of a domain's, which its quota bounds
 * Throws  TMS.0004
 */
export async function listPredefinedTags(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  { keyContains, valueContains, sort, offset, limit }: PredefinedTagQuery,
): Promise<PredefinedTagPage> {
  requireRights(principal, ["tms:predefineTags:list"]);
  const found = (await catalog.predefinedTags.list(principal.domainId)).filter(
    ({ key, value }) => contains(key, keyContains) && contains(value, valueContains),
  );
  const sign = sort.direction === "asc" ? 1 : -1;
  // The catalog's order, by key and value, stays where these say nothing.
  const sorted = found
    .toSorted((one, other) => other.updatedAt - one.updatedAt)
    .toSorted((one, other) => sign * compare(one[sort.field], other[sort.field]));
  return { total: found.length, tags: sorted.slice(offset, offset + limit) };
}

function contains(text: string, part = ""): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : Number(one > other);
}
