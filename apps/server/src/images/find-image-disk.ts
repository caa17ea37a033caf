import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { imageCaller } from "./image-caller.ts";
import { visibleImage } from "./visible-image.ts";

/** Which disk of which image. */
export interface ImageDiskAddress {
  readonly imageId: string;
  /** Counted from 0. */
  readonly disk: number;
}

/**
 * Finds a disk whose content the caller may read: whoever sees an image may read it.
 *
 * Throws  api.imageNotFound (also for an image of another project), api.imageNotReady, api.imageDiskNotFound; as `imageCaller`
 */
export async function findImageDisk(
  deps: { readonly catalog: Pick<Catalog, "images" | "members"> },
  principal: Principal,
  { imageId, disk: index }: ImageDiskAddress,
): Promise<ImageDisk> {
  const caller = imageCaller(principal, "ims:images:get");
  const image = await visibleImage(deps.catalog, caller, imageId);
  if (image === undefined) {
    throw new ServiceError("api.imageNotFound", { id: imageId });
  }
  if (!caller.may(image)) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  if (image.status !== "active") {
    throw new ServiceError("api.imageNotReady", { id: imageId, status: image.status });
  }
  const disk = image.disks[index];
  if (disk === undefined) {
    throw new ServiceError("api.imageDiskNotFound", { id: imageId, disk: index, count: image.disks.length });
  }
  return disk;
}
