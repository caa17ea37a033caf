import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageDisk, ImageFile, ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import type { FoundFields } from "./found-fields.ts";

/** An image whose content is in the store. */
export interface FilledImage {
  readonly imageId: ImageId;
  readonly disk: ImageDisk;
  /** Which stores hold the disk. */
  readonly stores: readonly string[];
  /** The file that the blob is, when it is one to be kept. */
  readonly file?: ImageFile | undefined;
  /** What the content decided, when that was found out by the task. */
  readonly found?: (image: ImageRecord) => FoundFields;
}

interface SealDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
}

/**
 * Makes an image active, with its content.
 *
 * Repeat  an image that an earlier attempt made active stays as it is
 */
export async function sealImage({ catalog, clock }: SealDeps, filled: FilledImage): Promise<ImageRecord> {
  return await catalog.transaction((inside) => sealWithin({ catalog: inside, clock }, filled));
}

/** Makes several images active, all or none. */
export async function sealImages({ catalog, clock }: SealDeps, all: readonly FilledImage[]): Promise<void> {
  await catalog.transaction(async (inside) => {
    for (const filled of all) {
      await sealWithin({ catalog: inside, clock }, filled);
    }
  });
}

/** As `sealImage`, in a transaction of the caller. */
export async function sealWithin(
  { catalog: { images }, clock }: { readonly catalog: Pick<Catalog, "images">; readonly clock: Clock },
  { imageId, disk, stores, file, found }: FilledImage,
): Promise<ImageRecord> {
  const now = clock.now();
  const begun = await images.get(imageId);
  const sealed = await images.changeStatus(imageId, ["queued", "saving"], "active", {
    disks: [disk],
    stores,
    ...(file !== undefined && { file }),
    ...(begun && found?.(begun)),
    updatedAt: now,
    activeAt: now,
  });
  const image = sealed ?? begun;
  if (image?.disks[0]?.blobId !== disk.blobId) {
    throw new Error(`The image ${imageId} is not the one that its task was making`);
  }
  return image;
}
