import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { ReleaseDeps } from "../buckets/release-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/principal.ts";
import { findUpload } from "./find-upload.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** What removing uploads needs. */
export interface RemoveUploadsDeps extends ReleaseDeps {
  readonly catalog: Pick<Catalog, "uploads" | "removals" | "transaction">;
  readonly clock: Clock;
}

const batch = 100;

/**
 * Ends an upload, and lets go of what came. What a complete one has become stays. A request that is writing to it at the moment is ended.
 *
 * Throws  what `findUpload` throws
 */
export async function endUpload(deps: UploadsDeps, principal: Principal, id: string): Promise<void> {
  await findUpload(deps, principal, id);
  await removeUploads(deps, [id]);
  deps.writers.stop(id);
}

/**
 * Removes all uploads whose time is over. Answers how many.
 *
 * Memory  100 uploads at a time
 */
export async function removeExpiredUploads(deps: RemoveUploadsDeps, signal?: AbortSignal): Promise<number> {
  for (let removed = 0; ;) {
    signal?.throwIfAborted();
    const due = (await deps.catalog.uploads.expired(deps.clock.now(), batch)).map(({ id }) => id);
    await removeUploads(deps, due);
    removed += due.length;
    if (due.length < batch) {
      return removed;
    }
  }
}

async function removeUploads(deps: RemoveUploadsDeps, ids: readonly string[]): Promise<void> {
  const released = await deps.catalog.transaction(async (catalog) => {
    const parts = [];
    for (const id of ids) {
      parts.push(...((await catalog.uploads.remove(id)) ?? []));
    }
    const blobIds = parts.map(({ blobId }) => blobId);
    await catalog.removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, released);
}
