import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { RecycledImage } from "../ports/recycle-bin.ts";

/** What is told of an image beside its bytes. */
export type BlobsImage = Pick<ImageRecord, "id" | "name" | "projectId">;

const pageSize = 1000;

/**
 * Which image each blob is a disk of, as the catalog has it. What lies in the recycle bin counts too: its content is in use.
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
    await addRecycled(inside, images);
  });
  return images;
}

async function addRecycled(catalog: Pick<Catalog, "recycleBin">, images: Map<BlobId, BlobsImage>): Promise<void> {
  for (let page: readonly RecycledImage[] | undefined, last: RecycledImage | undefined; page === undefined || page.length === pageSize;) {
    const after = last && { deletedAt: last.deletedAt, id: last.image.id };
    page = await catalog.recycleBin.list(undefined, { limit: pageSize, ...(after && { after }) });
    last = page.at(-1);
    for (const { image } of page) {
      const { id, name, projectId } = image;
      image.disks.forEach(({ blobId }) => images.set(blobId, { id, name, projectId }));
    }
  }
}
