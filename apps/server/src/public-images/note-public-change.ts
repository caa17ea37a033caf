import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Ids } from "../ports/ids.ts";

/** Writes into the log of public images that one became public, or stopped being so, if it did. Call it in the transaction that changed it. */
export async function notePublicChange(
  catalog: Pick<Catalog, "publicImageChanges">,
  { ids, now }: { readonly ids: Ids; readonly now: number },
  { before, after }: { readonly before: ImageRecord | undefined; readonly after: ImageRecord },
): Promise<void> {
  const [wasPublic, isPublic] = [before?.visibility === "public", after.visibility === "public"];
  if (wasPublic === isPublic) {
    return;
  }
  const { id: imageId, name, platform, osVersion, architecture } = after;
  const change = isPublic ? "published" : "withdrawn";
  await catalog.publicImageChanges.insert({ id: ids.uuid(), imageId, change, changedAt: now, name, platform, osVersion, architecture });
}
