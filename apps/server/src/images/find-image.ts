import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImageCaller } from "./image-caller.ts";
import { visibleImage } from "./visible-image.ts";

/**
 * The image, if it exists for the caller: its own, a public one, one of the community, one that is shared with it, or any for an
 * administrator.
 *
 * Throws  IMG.0027 otherwise, the same for an image of another project and for none at all; IMG.0026 when the caller's rights do not
 *         cover this image
 */
export async function findImage(catalog: Catalog, caller: ImageCaller, id: string): Promise<ImageRecord> {
  const image = await visibleImage(catalog, caller, id);
  if (image === undefined) {
    throw new ServiceError("IMG.0027", { id });
  }
  if (!caller.may(image)) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  return image;
}
