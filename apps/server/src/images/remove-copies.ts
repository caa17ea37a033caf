import type { ImageDisk } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { NamedStores } from "../ports/named-stores.ts";

/**
 * Removes blobs from stores that no image names for them; other stores keep theirs. Never throws: a copy that could not be removed takes room
 * until its image is deleted, and is in nobody's way.
 */
export async function removeCopies(
  { stores, log }: { readonly stores: NamedStores; readonly log: Log },
  disks: readonly Pick<ImageDisk, "blobId">[],
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    try {
      for (const { blobId } of disks) {
        await stores.find(name)?.blobs.remove(blobId);
      }
    } catch (error) {
      log.error(
        { err: error, store: name, blobs: disks.length },
        "Copies could not be removed from a store; they go when their image does",
      );
    }
  }
}
