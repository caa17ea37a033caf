import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";

/**
 * The disk of an image whose content the caller may read: whoever sees an image may read it.
 *
 * Throws  IMG.0026, IMG.0027; IMG.0046 while there is no content
 */
export async function readableImageDisk({ catalog }: { readonly catalog: Catalog }, principal: Principal, id: string): Promise<ImageDisk> {
  const image = await findImage(catalog, imageCaller(principal, "ims:images:get"), id);
  const [disk] = image.disks;
  if (image.status !== "active" || disk === undefined) {
    throw new ServiceError("IMG.0046", { id: image.id, status: image.status });
  }
  return disk;
}
