import { ServiceError } from "@tintype/contract/service-error.ts";
import { findImage } from "../../images/find-image.ts";
import { imageCaller } from "../../images/image-caller.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { ImageDisk, ImageFile, ImageRecord } from "../../ports/image-catalog.ts";
import type { ImageId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";

/** What an image is given out from: the file that it was uploaded as, or else its disk. */
export interface FoundFile {
  readonly imageId: ImageId;
  readonly file: ImageFile | undefined;
  readonly disk: ImageDisk;
  /** Format that the file is to have when it is made of the disk. */
  readonly diskFormat: string;
  readonly isEncrypted: boolean;
}

/**
 * Finds the file of an image that the caller may read; undefined while there is none. Whoever sees an image and may take images out may read
 * it; one that is put out of use only administrators.
 *
 * Throws  IMG.0026, IMG.0027; image.deactivated
 */
export async function findImageFile(
  { catalog }: { readonly catalog: Catalog },
  principal: Principal,
  id: string,
): Promise<FoundFile | undefined> {
  const caller = imageCaller(principal, "ims:images:export");
  const image = await findImage(catalog, caller, id);
  if (image.status === "deactivated" && !caller.isAdministrator) {
    throw new ServiceError("image.deactivated", { id });
  }
  return fileOf(image);
}

/** The file of an image, whoever asks for it; undefined while there is none. */
export function fileOf({ id, status, disks, file, diskFormat, encryption }: ImageRecord): FoundFile | undefined {
  const [disk] = status === "active" || status === "deactivated" ? disks : [];
  return disk && { imageId: id, file, disk, diskFormat, isEncrypted: encryption !== undefined };
}
