import type { Catalog } from "../ports/catalog.ts";
import type { MetadefNamespaceRecord } from "../ports/metadef-catalog.ts";
import type { ItemRequest } from "./change-namespaces.ts";
import { insertWhole } from "./change-namespaces.ts";
import type { MetadefsDeps } from "./metadefs-deps.ts";
import { cimSets } from "./standard/cim.table.ts";
import { computeSets } from "./standard/compute.table.ts";
import type { StandardSet } from "./standard/define.ts";
import { imageSets } from "./standard/image.table.ts";
import { softwareSets } from "./standard/software.table.ts";

/** Every namespace that comes with the service. */
export const standardSets: readonly StandardSet[] = [...imageSets, ...computeSets, ...softwareSets, ...cimSets];

/** No project has this id; it is the word that Glance has there. */
const owner = "admin";

/**
 * Puts the namespaces that come with the service into the catalog, each once: what was changed or deleted since remains so at the next start,
 * and a name that is taken is left to its owner.
 */
export async function loadStandardSets({ catalog, clock, ids }: MetadefsDeps): Promise<void> {
  const loaded = new Set(await catalog.metadefs.loadedSets());
  const missing = standardSets.filter(({ namespace }) => !loaded.has(namespace));
  if (missing.length === 0) {
    return;
  }
  const now = clock.now();
  await catalog.transaction(async ({ metadefs }) => {
    for (const set of missing) {
      if ((await metadefs.namespace(set.namespace)) === undefined) {
        await insertSet(metadefs, set, { id: ids.uuid(), owner, createdAt: now, updatedAt: now });
      }
      await metadefs.noteLoadedSet(set.namespace);
    }
  });
}

async function insertSet(
  metadefs: Catalog["metadefs"],
  { namespace: name, title: displayName, description, protected: isProtected, types, properties = {}, objects = [] }: StandardSet,
  record: Pick<MetadefNamespaceRecord, "id" | "owner" | "createdAt" | "updatedAt">,
): Promise<void> {
  const items: readonly ItemRequest[] = [
    ...types.map(({ name: type, ...content }) => ({ kind: "resourceType" as const, name: type, content })),
    ...Object.entries(properties).map(([key, content]) => ({ kind: "property" as const, name: key, content })),
    ...objects.map(({ name: key, ...content }) => ({ kind: "object" as const, name: key, content: { ...content, required: [] } })),
  ];
  await insertWhole(metadefs, { ...record, name, displayName, description, visibility: "public", protected: isProtected }, items);
}
