import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import type { FileLocation } from "./file-location.ts";
import { findFile } from "./find-file.ts";
import type { ImportFile } from "./import-rules.table.ts";
import type { ImportWay } from "./import-work.ts";

/** Whose file it is, and what it shall be. */
export interface FileSearch {
  readonly location: FileLocation;
  readonly way: ImportWay;
  readonly projectId: ProjectId;
  readonly limits: Limits;
}

/** What the catalog knows of a file that an image shall be made from, for the rules to judge. */
export async function findImportFile(catalog: Pick<Catalog, "buckets">, search: FileSearch): Promise<ImportFile> {
  const file = await findFile(catalog, search);
  return {
    ...file,
    way: search.way,
    hasMap: search.way === "quick" && file.object !== undefined && (await hasMap(catalog, search.location)),
  };
}

/**
 * Tells whether the map of a raw disk is there: an object with `.mf` behind the disk's name, or instead of its ending. What a map holds is
 * documented nowhere, so it is not read: where a disk has holes, its own content tells.
 */
async function hasMap(catalog: Pick<Catalog, "buckets">, { bucket, key }: FileLocation): Promise<boolean> {
  for (const name of [`${key}.mf`, key.replace(/\.[^./]+$/, ".mf")]) {
    const object = name === key ? undefined : await catalog.buckets.object(bucket, name);
    if (object !== undefined && object.lengthBytes > 0) {
      return true;
    }
  }
  return false;
}
