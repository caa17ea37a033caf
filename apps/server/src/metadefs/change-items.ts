import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import type { MetadefItem } from "../ports/metadef-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { ItemRequest } from "./change-namespaces.ts";
import { findNamespace } from "./find-namespace.ts";
import { deletionRules } from "./metadef-rules.table.ts";
import { metadefNotFound, refuseTaken } from "./metadef-words.ts";
import type { MetadefsDeps } from "./metadefs-deps.ts";
import type { ItemPlace } from "./show-items.ts";

type Deps = Pick<MetadefsDeps, "catalog" | "clock">;

/**
 * Puts something into a namespace. A type that nobody knew is known then.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefTaken
 */
export async function addItem(
  { catalog, clock }: Deps,
  principal: Principal,
  { namespace, ...request }: ItemRequest & { readonly namespace: string },
): Promise<MetadefItem> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  const now = clock.now();
  const item: MetadefItem = { ...request, createdAt: now, updatedAt: now };
  return await catalog.transaction(async (inside) => {
    const { id } = await findNamespace(inside, principal, namespace);
    if (item.kind === "resourceType") {
      await inside.metadefs.addResourceType({ name: item.name, createdAt: now });
    }
    await refuseTaken(item.kind, item.name, inside.metadefs.insertItems(id, [item]));
    return item;
  });
}

/**
 * Gives a namespace tags: in the place of those that it has, or beside them.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound; image.metadefTaken for a tag that comes twice
 */
export async function addTags(
  { catalog, clock }: Deps,
  principal: Principal,
  { namespace, names, keepOthers }: { readonly namespace: string; readonly names: readonly string[]; readonly keepOthers: boolean },
): Promise<readonly MetadefItem[]> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  const now = clock.now();
  const tags = names.map((name): MetadefItem => ({ kind: "tag", name, content: {}, createdAt: now, updatedAt: now }));
  return await catalog.transaction(async (inside) => {
    const { id } = await findNamespace(inside, principal, namespace);
    if (!keepOthers) {
      await inside.metadefs.removeItems(id, "tag");
    }
    for (const tag of tags) {
      await refuseTaken("tag", tag.name, inside.metadefs.insertItems(id, [tag]));
    }
    return tags;
  });
}

/**
 * Puts something in the place of what is there; it may have another name.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefTaken
 */
export async function replaceItem(
  { catalog, clock }: Deps,
  principal: Principal,
  { current, namespace, ...request }: ItemRequest & { readonly namespace: string; readonly current: string },
): Promise<MetadefItem> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  return await catalog.transaction(async (inside) => {
    const { id } = await findNamespace(inside, principal, namespace);
    const found = await inside.metadefs.item(id, request.kind, current);
    if (found === undefined) {
      throw metadefNotFound(request.kind, current);
    }
    const changed: MetadefItem = { ...request, createdAt: found.createdAt, updatedAt: clock.now() };
    await refuseTaken(request.kind, request.name, inside.metadefs.replaceItem(id, current, changed));
    return changed;
  });
}

/**
 * Takes something out of a namespace.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefProtected
 */
export async function removeItem(
  { catalog }: Pick<Deps, "catalog">,
  principal: Principal,
  { namespace, kind, name }: ItemPlace,
): Promise<void> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  await catalog.transaction(async (inside) => {
    const found = await findNamespace(inside, principal, namespace);
    if ((await inside.metadefs.item(found.id, kind, name)) === undefined) {
      throw metadefNotFound(kind, name);
    }
    checkRules(deletionRules, found);
    await inside.metadefs.removeItem(found.id, kind, name);
  });
}

/**
 * Takes everything of a kind out of a namespace.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefProtected
 */
export async function removeItems(
  { catalog }: Pick<Deps, "catalog">,
  principal: Principal,
  { namespace, kind }: Omit<ItemPlace, "name">,
): Promise<void> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  await catalog.transaction(async (inside) => {
    const found = await findNamespace(inside, principal, namespace);
    checkRules(deletionRules, found);
    await inside.metadefs.removeItems(found.id, kind);
  });
}
