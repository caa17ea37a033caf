import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobProgress } from "@tintype/jobs/job-record.ts";
import { storeNamed } from "../images/wanted-stores.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { NamedStores } from "../ports/named-stores.ts";

/** What is to be copied where. */
export interface StoreSpread {
  readonly imageId: string;
  readonly disks: readonly Pick<ImageDisk, "blobId" | "dataBytes">[];
  readonly names: readonly string[];
  /** Whether the failure of one store ends it; otherwise the others go on. */
  readonly mustSucceed: boolean;
  /** Called when a store has everything. What it throws ends it in any case. */
  readonly onDone?: (name: string) => Promise<void>;
}

/**
 * Copies blobs to stores, one after the other, and tells of all of them together how far it is.
 *
 * Repeat  what is there already takes no time
 * Memory  as `NamedStores.replicate`
 * Throws  image.storeUnknown, and as `NamedStores.replicate`, where all must succeed; the signal's reason; what `onDone` throws
 */
export async function eachStore(
  { stores, log }: { readonly stores: NamedStores; readonly log: Log },
  { imageId, disks, names, mustSucceed, onDone }: StoreSpread,
  { signal, progress }: Pick<StepContext, "signal" | "progress">,
): Promise<{ readonly done: readonly string[]; readonly failed: readonly string[] }> {
  const bytesEach = disks.reduce((sum, { dataBytes }) => sum + dataBytes, 0);
  const totalBytes = bytesEach * names.length;
  const [done, failed]: [string[], string[]] = [[], []];
  for (const name of names) {
    let before = bytesEach * (done.length + failed.length);
    try {
      storeNamed(stores, name);
      for (const { blobId, dataBytes } of disks) {
        const begun = before;
        // A store may count what it writes and what it reads again.
        const onProgress = ({ doneBytes: counted, totalBytes: all }: JobProgress): void =>
          progress({ doneBytes: begun + Math.round((dataBytes * counted) / Math.max(all, 1)), totalBytes });
        await stores.replicate(blobId, name, { signal, onProgress });
        before += dataBytes;
      }
    } catch (error) {
      if (mustSucceed || signal.aborted) {
        throw error;
      }
      log.error({ err: error, store: name, imageId }, "An image could not be copied to a store; the others go on");
      failed.push(name);
      continue;
    }
    await onDone?.(name);
    done.push(name);
  }
  progress({ doneBytes: totalBytes, totalBytes });
  return { done, failed };
}
