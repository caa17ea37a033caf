import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImportWork } from "./import-work.ts";
import type { FileFacts } from "./inspect-file.ts";
import type { StoredDisk } from "./store-file.ts";

/**
 * Makes an image active, with its content.
 *
 * Repeat  an image that an earlier attempt made active stays as it is
 */
export async function sealImage(
  deps: { readonly catalog: Catalog; readonly clock: Clock },
  work: ImportWork & FileFacts & StoredDisk,
): Promise<ImageRecord> {
  const { imageId, blobId, virtualSizeBytes, dataBytes, format } = work;
  return await deps.catalog.transaction(async ({ images }) => {
    const now = deps.clock.now();
    const sealed = await images.changeStatus(imageId, ["queued", "saving"], "active", {
      disks: [{ blobId, virtualSizeBytes, dataBytes }],
      sourceFormat: format,
      updatedAt: now,
      activeAt: now,
    });
    const image = sealed ?? (await images.get(imageId));
    if (image?.disks[0]?.blobId !== blobId) {
      throw new Error(`The image ${imageId} is not the one that its import was making`);
    }
    return image;
  });
}
