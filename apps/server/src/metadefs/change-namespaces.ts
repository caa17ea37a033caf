import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { MetadefItem, MetadefNamespaceRecord } from "../ports/metadef-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findNamespace } from "./find-namespace.ts";
import { deletionRules } from "./metadef-rules.table.ts";
import { refuseTaken } from "./metadef-words.ts";
import type { MetadefsDeps } from "./metadefs-deps.ts";
import type { WholeNamespace } from "./show-namespaces.ts";

/** A namespace as somebody wants it. */
export type NamespaceRequest = Pick<MetadefNamespaceRecord, "name" | "displayName" | "description" | "visibility" | "protected"> & {
  /** The caller's project, or who owns it already, when it is undefined. */
  readonly owner: string | undefined;
};

/** Something that a namespace is to hold. */
export type ItemRequest = Pick<MetadefItem, "kind" | "name" | "content">;

/**
 * Makes a namespace with everything that is to be in it, or nothing.
 *
 * Throws  api.operatorsOnly; image.metadefTaken for its name, or for two things in it with one
 */
export async function createNamespace(
  { catalog, clock, ids }: MetadefsDeps,
  principal: Principal,
  { items, ...request }: NamespaceRequest & { readonly items: readonly ItemRequest[] },
): Promise<WholeNamespace> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  const now = clock.now();
  const owner = request.owner ?? principal.project?.id ?? principal.domainId;
  const namespace: MetadefNamespaceRecord = { ...request, id: ids.uuid(), owner, createdAt: now, updatedAt: now };
  return await catalog.transaction(async ({ metadefs }) => insertWhole(metadefs, namespace, items));
}

/** Puts a namespace and its things into a catalog, in whose transaction it runs. Throws  image.metadefTaken */
export async function insertWhole(
  metadefs: Catalog["metadefs"],
  namespace: MetadefNamespaceRecord,
  requests: readonly ItemRequest[],
): Promise<WholeNamespace> {
  const { createdAt } = namespace;
  const items = requests.map((item) => ({ ...item, createdAt, updatedAt: createdAt }));
  await refuseTaken("namespace", namespace.name, metadefs.insertNamespace(namespace));
  for (const { kind, name } of items) {
    if (kind === "resourceType") {
      await metadefs.addResourceType({ name, createdAt });
    }
  }
  for (const item of items) {
    await refuseTaken(item.kind, item.name, metadefs.insertItems(namespace.id, [item]));
  }
  return { namespace, items };
}

/**
 * Puts other words in the place of those of a namespace; what is in it remains.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefTaken
 */
export async function replaceNamespace(
  { catalog, clock }: Pick<MetadefsDeps, "catalog" | "clock">,
  principal: Principal,
  { current, ...request }: NamespaceRequest & { readonly current: string },
): Promise<MetadefNamespaceRecord> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  return await catalog.transaction(async (inside) => {
    const found = await findNamespace(inside, principal, current);
    const changed = { ...found, ...request, owner: request.owner ?? found.owner, updatedAt: clock.now() };
    await refuseTaken("namespace", request.name, inside.metadefs.replaceNamespace(changed));
    return changed;
  });
}

/**
 * Deletes a namespace with everything in it.
 *
 * Throws  api.operatorsOnly, image.metadefNotFound, image.metadefProtected
 */
export async function deleteNamespace({ catalog }: Pick<MetadefsDeps, "catalog">, principal: Principal, name: string): Promise<void> {
  requireRights(principal, ["tintype:metadefs:manage"]);
  await catalog.transaction(async (inside) => {
    const namespace = await findNamespace(inside, principal, name);
    checkRules(deletionRules, namespace);
    await inside.metadefs.removeNamespace(namespace.id);
  });
}
