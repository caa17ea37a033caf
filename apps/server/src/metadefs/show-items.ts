import type { MetadefItem, MetadefKind, ResourceTypeRecord } from "../ports/metadef-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findNamespace } from "./find-namespace.ts";
import { metadefNotFound } from "./metadef-words.ts";
import type { MetadefsDeps } from "./metadefs-deps.ts";

type Deps = Pick<MetadefsDeps, "catalog">;

/** Where something is. */
export interface ItemPlace {
  readonly namespace: string;
  readonly kind: MetadefKind;
  readonly name: string;
}

/** The order and the part of a list of things in a namespace. */
export interface ItemPage {
  readonly key: "createdAt" | "updatedAt" | "name";
  readonly direction: "asc" | "desc";
  /** Name of the last one of the page before. */
  readonly marker: string | undefined;
  readonly limit: number;
}

/**
 * One page of the things of a kind in a namespace. Equal ones come in the order in which they were made, or the other way round.
 *
 * Memory  the namespace's things: operators alone write them
 * Throws  image.metadefNotFound, for the marker as well
 */
export async function listItems(
  { catalog }: Deps,
  principal: Principal,
  { namespace, kind, page }: Pick<ItemPlace, "namespace" | "kind"> & { readonly page: ItemPage },
): Promise<readonly MetadefItem[]> {
  const { id } = await findNamespace(catalog, principal, namespace);
  const { key, direction, marker, limit } = page;
  const rising = (await catalog.metadefs.items(id, kind)).toSorted((one, other) => compare(one[key], other[key]));
  const sorted = direction === "asc" ? rising : rising.toReversed();
  const last = marker === undefined ? -1 : sorted.findIndex(({ name }) => name === marker);
  if (marker !== undefined && last < 0) {
    throw metadefNotFound(kind, marker);
  }
  return sorted.slice(last + 1, last + 1 + limit);
}

function compare(one: string | number, other: string | number): number {
  if (one === other) {
    return 0;
  }
  return one < other ? -1 : 1;
}

/** Everything of a kind in a namespace, oldest first. Throws  image.metadefNotFound */
export async function allItems(
  { catalog }: Deps,
  principal: Principal,
  { namespace, kind }: Omit<ItemPlace, "name">,
): Promise<readonly MetadefItem[]> {
  const { id } = await findNamespace(catalog, principal, namespace);
  return await catalog.metadefs.items(id, kind);
}

/** One thing in a namespace. Throws  image.metadefNotFound */
export async function getItem({ catalog }: Deps, principal: Principal, { namespace, kind, name }: ItemPlace): Promise<MetadefItem> {
  const { id } = await findNamespace(catalog, principal, namespace);
  const item = await catalog.metadefs.item(id, kind, name);
  if (item === undefined) {
    throw metadefNotFound(kind, name);
  }
  return item;
}

/** Every type of things that metadata is defined for, oldest first. */
export async function listResourceTypes({ catalog }: Deps): Promise<readonly ResourceTypeRecord[]> {
  return await catalog.metadefs.resourceTypes();
}
