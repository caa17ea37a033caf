import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

const pageSize = 1000;

/**
 * Makes the catalog say of each image in which stores it lies: those that hold all of its disks. Images that no store holds are left as
 * they are. Nothing else may work on the catalog meanwhile. Answers the ids of the images that it had said otherwise of.
 */
export async function correctStores(
  { images }: Pick<Catalog, "images">,
  holders: ReadonlyMap<BlobId, readonly string[]>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const corrected: string[] = [];
  for (let page: readonly ImageRecord[] | undefined, last: string | undefined; page === undefined || page.length === pageSize;) {
    signal?.throwIfAborted();
    page = (await images.list({}, { limit: pageSize, ...(last !== undefined && { after: last }) })) ?? [];
    last = page.at(-1)?.id;
    for (const { id, disks, stores: said, updatedAt } of page) {
      const [first = [], ...others] = disks.map(({ blobId }) => holders.get(blobId) ?? []);
      const stores = first.filter((name) => others.every((names) => names.includes(name)));
      if (stores.length > 0 && stores.join() !== said.join()) {
        await images.update(id, { stores, updatedAt });
        corrected.push(id);
      }
    }
  }
  return corrected;
}
