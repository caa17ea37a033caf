import type { BlobId } from "@tintype/store/blob-store.ts";
import { releaseBlobs } from "../../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../../buckets/release-blobs.ts";
import type { Catalog } from "../../ports/catalog.ts";

/** What naming a blob needs. */
interface NameBlobDeps extends ReleaseDeps {
  readonly catalog: Catalog;
}

/**
 * Makes the catalog name a blob that is noted as a removal: the change and the end of the note happen both, or neither, and then nothing of
 * the blob is left.
 *
 * Throws  what `change` and the catalog throw
 */
export async function nameBlob(deps: NameBlobDeps, blobId: BlobId, change: (catalog: Catalog) => Promise<void>): Promise<void> {
  let isCommitting = false;
  try {
    await deps.catalog.transaction(async (catalog) => {
      await change(catalog);
      await catalog.removals.strike([blobId]);
      isCommitting = true;
    });
  } catch (error) {
    if (isCommitting) {
      // Whether the commit happened is unknown, so the blob may be in use. If it is not, it is still noted and the next start removes it.
      deps.log.error({ err: error, blobId }, "The catalog failed to commit");
    } else {
      await releaseBlobs(deps, [blobId]);
    }
    throw error;
  }
}
