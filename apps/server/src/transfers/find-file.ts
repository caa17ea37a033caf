import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import type { FileLocation } from "./file-location.ts";
import type { TransferFile } from "./transfer-rules.table.ts";

/** What the catalog knows of a file, for the rules to judge. Another project's objects are not looked at. */
export async function findFile(
  catalog: Pick<Catalog, "buckets">,
  { location, projectId, limits }: { readonly location: FileLocation; readonly projectId: ProjectId; readonly limits: Limits },
): Promise<TransferFile> {
  const bucket = await catalog.buckets.bucket(location.bucket);
  const object = bucket?.projectId === projectId ? await catalog.buckets.object(location.bucket, location.key) : undefined;
  return { location, projectId, bucket, object, limits };
}
