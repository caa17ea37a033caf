import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findImage } from "./find-image.ts";
import { imageCaller } from "./image-caller.ts";

/**
 * One image.
 *
 * Throws  IMG.0027 when it does not exist for the caller
 */
export async function getImage(deps: { readonly catalog: Catalog }, principal: Principal, id: string): Promise<ImageRecord> {
  return await findImage(deps.catalog, imageCaller(principal, "ims:images:get"), id);
}
