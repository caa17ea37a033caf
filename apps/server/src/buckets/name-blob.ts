import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import { releaseBlobs } from "./release-blobs.ts";
import type { ReleaseDeps } from "./release-blobs.ts";

/** What naming a blob needs. */
interface NameBlobDeps extends ReleaseDeps {
  readonly catalog: Pick<Catalog, "removals" | "transaction">;
}

/**
 * Makes the catalog name a blob that is noted as a removal: the change and the end of the note happen both, or neither, and then nothing of
 * the blob is left.
 *
 * Throws  what `change` and the catalog throw
 */
export async function nameBlob<T>(deps: NameBlobDeps, blobId: BlobId, change: (catalog: Catalog) => Promise<T>): Promise<T> {
  let isCommitting = false;
  try {
    return await deps.catalog.transaction(async (catalog) => {
      const result = await change(catalog);
      await catalog.removals.strike([blobId]);
      isCommitting = true;
      return result;
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
