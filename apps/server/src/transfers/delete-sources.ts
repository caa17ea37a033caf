import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { FileFacts } from "./inspect-file.ts";

/** Files that images were made from, as they were then. */
export interface UsedSources {
  readonly projectId: ProjectId;
  readonly files: readonly Pick<FileFacts, "bucket" | "key" | "etag">[];
}

/**
 * Deletes the files of an import from their buckets. What was put in their place since is another file and stays, and so does the map
 * of a raw file. Harmless to repeat.
 */
export async function deleteSources(
  deps: ReleaseDeps & { readonly catalog: Pick<Catalog, "transaction" | "removals">; readonly clock: Clock },
  { projectId, files }: UsedSources,
): Promise<void> {
  const released = await deps.catalog.transaction(async (catalog) => {
    const blobIds: BlobId[] = [];
    for (const { bucket: name, key, etag } of files) {
      const bucket = await catalog.buckets.bucket(name);
      const object = bucket?.projectId === projectId ? await catalog.buckets.object(name, key) : undefined;
      if (object?.etag === etag) {
        await catalog.buckets.deleteObject(name, key);
        blobIds.push(...object.parts.map(({ blobId }) => blobId));
      }
    }
    await catalog.removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, released);
}
