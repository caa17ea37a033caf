import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";

/** Tells whether there is such a project in this region; a closed one counts as none. */
export async function isKnownProject({ identity }: Pick<Catalog, "identity">, id: ProjectId): Promise<boolean> {
  return (await identity.project({ id }))?.enabled === true;
}
