import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";

/**
 * An image that has members because it is declared to be shared, with or without any.
 *
 * Throws  IMG.0026, IMG.0027; image.notShared
 */
export async function findSharedImage(
  catalog: Catalog,
  principal: Principal,
  { action, imageId }: { readonly action: Action; readonly imageId: string },
): Promise<{ readonly image: ImageRecord; readonly caller: ImageCaller }> {
  const caller = imageCaller(principal, action);
  const image = await findImage(catalog, caller, imageId);
  if (image.visibility !== "shared") {
    throw new ServiceError("image.notShared", { id: image.id, visibility: image.visibility });
  }
  return { image, caller };
}
