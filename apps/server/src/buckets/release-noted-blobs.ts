import type { ReleaseDeps } from "./release-blobs.ts";

const pageSize = 1000;

/**
 * Removes every blob that is noted as a removal: what a crash left behind. Run it when the service starts, before anything is
 * written; answers how many there were.
 *
 * Throws  what the store or the catalog throws: a service that cannot remove should not start writing
 */
export async function releaseNotedBlobs(deps: Pick<ReleaseDeps, "catalog" | "store">): Promise<number> {
  let count = 0;
  for (;;) {
    const noted = await deps.catalog.removals.noted(pageSize);
    for (const blobId of noted) {
      await deps.store.remove(blobId);
    }
    await deps.catalog.removals.strike(noted);
    count += noted.length;
    if (noted.length < pageSize) {
      return count;
    }
  }
}
