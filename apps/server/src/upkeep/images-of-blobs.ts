import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** What is told of an image beside its bytes. */
export type BlobsImage = Pick<ImageRecord, "id" | "name" | "projectId">;

const pageSize = 1000;

/**
 * Which image each blob is a disk of, as the catalog has it.
 *
 * Memory  about 200 bytes an image
 */
export async function imagesOfBlobs(catalog: Catalog): Promise<ReadonlyMap<BlobId, BlobsImage>> {
  const images = new Map<BlobId, BlobsImage>();
  // In a transaction, so that the image where one page ends is still there when the next one is asked for.
  await catalog.transaction(async (inside) => {
    for (let page: readonly ImageRecord[] | undefined, last: string | undefined; page === undefined || page.length === pageSize;) {
      page = (await inside.images.list({}, { limit: pageSize, ...(last !== undefined && { after: last }) })) ?? [];
      last = page.at(-1)?.id;
      for (const { id, name, projectId, disks } of page) {
        disks.forEach(({ blobId }) => images.set(blobId, { id, name, projectId }));
      }
    }
  });
  return images;
}
