import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageDisk, ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";

/** An image whose content is in the store. */
export interface FilledImage extends ImageDisk {
  readonly imageId: ImageId;
  /** Format of the file that the content came from, when that was found out by the task. */
  readonly sourceFormat?: string;
}

/**
 * Makes an image active, with its content.
 *
 * Repeat  an image that an earlier attempt made active stays as it is
 */
export async function sealImage(
  deps: { readonly catalog: Catalog; readonly clock: Clock },
  { imageId, blobId, virtualSizeBytes, dataBytes, sourceFormat }: FilledImage,
): Promise<ImageRecord> {
  return await deps.catalog.transaction(async ({ images }) => {
    const now = deps.clock.now();
    const sealed = await images.changeStatus(imageId, ["queued", "saving"], "active", {
      disks: [{ blobId, virtualSizeBytes, dataBytes }],
      ...(sourceFormat !== undefined && { sourceFormat }),
      updatedAt: now,
      activeAt: now,
    });
    const image = sealed ?? (await images.get(imageId));
    if (image?.disks[0]?.blobId !== blobId) {
      throw new Error(`The image ${imageId} is not the one that its task was making`);
    }
    return image;
  });
}
