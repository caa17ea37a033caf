import type { MetadefItem, MetadefNamespaceFilter, MetadefNamespacePage, MetadefNamespaceRecord } from "../ports/metadef-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findNamespace, visibleTo } from "./find-namespace.ts";
import type { MetadefsDeps } from "./metadefs-deps.ts";

type Deps = Pick<MetadefsDeps, "catalog">;

/** A namespace with what is in it; in a list, with the types it is for alone. */
export interface WholeNamespace {
  readonly namespace: MetadefNamespaceRecord;
  readonly items: readonly MetadefItem[];
}

/** Which namespaces are asked for. */
export interface NamespaceQuery {
  readonly filter: Omit<MetadefNamespaceFilter, "visibleTo">;
  readonly page: Omit<MetadefNamespacePage, "after"> & {
    /** Name of the last one of the page before. */
    readonly marker: string | undefined;
  };
}

/**
 * One page of the namespaces that the caller sees.
 *
 * Memory  a page of namespaces and their types
 * Throws  image.metadefNotFound when the marker names none
 */
export async function listNamespaces(
  { catalog }: Deps,
  principal: Principal,
  { filter, page }: NamespaceQuery,
): Promise<readonly WholeNamespace[]> {
  const { marker, ...rest } = page;
  const after = marker === undefined ? undefined : await findNamespace(catalog, principal, marker);
  const found = await catalog.metadefs.namespaces({ ...filter, visibleTo: visibleTo(principal) }, { ...rest, after });
  return await Promise.all(
    found.map(async (namespace) => ({ namespace, items: await catalog.metadefs.items(namespace.id, "resourceType") })),
  );
}

/**
 * A namespace with everything in it.
 *
 * Memory  the namespace: operators alone write them
 * Throws  image.metadefNotFound
 */
export async function getNamespace({ catalog }: Deps, principal: Principal, name: string): Promise<WholeNamespace> {
  const namespace = await findNamespace(catalog, principal, name);
  return { namespace, items: await catalog.metadefs.items(namespace.id) };
}
