import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";

/** What removing once more needs. */
export interface RetryDeps {
  readonly catalog: Pick<Catalog, "removals" | "jobs">;
  readonly store: BlobStore;
}

const [mostBlobs, jobsAtOnce] = [1000, 100];

/**
 * Removes blobs again whose removal failed, since a store was out of reach for instance; answers how many are gone now. What a task that is
 * not over names is left alone: going on after a stop, it writes a blob of the same name again.
 *
 * Memory  the ids of 1000 blobs and 100 job rows; who has more of them gets through them in several calls
 * Throws  what a store that still fails says, once all others were tried; what the catalog throws; the signal's reason
 */
export async function retryRemovals({ catalog, store }: RetryDeps, signal?: AbortSignal): Promise<number> {
  const failed = await catalog.removals.failed(mostBlobs);
  const failures: unknown[] = [];
  let removed = 0;
  for (const blobId of failed.length === 0 ? failed : await namedByNoTask(catalog, failed)) {
    signal?.throwIfAborted();
    try {
      await store.remove(blobId);
      await catalog.removals.strike([blobId]);
      removed += 1;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
  return removed;
}

/** A task that begins later names none of them: blobs are named at random, and noted when nothing else names them. */
async function namedByNoTask({ jobs }: Pick<Catalog, "jobs">, blobIds: readonly BlobId[]): Promise<ReadonlySet<BlobId>> {
  const free = new Set(blobIds);
  for (let before: string | undefined; ;) {
    const page = await jobs.list({ status: ["queued", "running"], limit: jobsAtOnce, ...(before !== undefined && { before }) });
    for (const { input, steps } of page) {
      for (const [word] of JSON.stringify([input, steps]).matchAll(/[0-9a-f]{32}/g)) {
        // Whatever it is the name of.
        free.delete(word as BlobId);
      }
    }
    if (page.length < jobsAtOnce) {
      return free;
    }
    before = page.at(-1)?.id;
  }
}
