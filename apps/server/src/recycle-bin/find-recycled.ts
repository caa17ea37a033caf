import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import type { RecycledImage } from "../ports/recycle-bin.ts";

/**
 * A deleted image that the caller can still have back: its own, or any for an administrator.
 *
 * Throws  api.recycledImageNotFound otherwise, also for one whose time is over; IMG.0026 when the caller's rights do not cover it
 */
export async function findRecycled(
  catalog: Pick<Catalog, "recycleBin">,
  caller: ImageCaller,
  { id, now }: { readonly id: string; readonly now: number },
): Promise<RecycledImage> {
  // Any text may come from outside; the catalog answers undefined for what is no id.
  const recycled = await catalog.recycleBin.get(id as ImageId);
  const exists =
    recycled !== undefined && recycled.purgeAt > now && (caller.isAdministrator || recycled.image.projectId === caller.projectId);
  if (!exists) {
    throw new ServiceError("api.recycledImageNotFound", { id });
  }
  if (!caller.may(recycled.image)) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  return recycled;
}
