import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ImageRecord, ImageStatus } from "../../ports/image-catalog.ts";
import type { Principal } from "../../ports/principal.ts";
import { mayDo } from "../../identity/authorize.ts";
import type { Limits } from "../../quotas/limits.ts";
import { hasContentElsewhere } from "../awaits-content.ts";
import { checkRules } from "../check-rules.ts";
import { findImage } from "../find-image.ts";
import { imageCaller } from "../image-caller.ts";
import { declarationRules } from "./declared-rules.table.ts";

/** Whether an image can be used: a deactivated one is shown, and nobody but administrators reads its content. */
export type UseStatus = "active" | "deactivated";

const usable: readonly ImageStatus[] = ["active", "active elsewhere", "deactivated"];

/**
 * Puts an image out of use, or into use again. One that is so already stays as it is.
 *
 * Throws  IMG.0026, IMG.0027; the rules of declarations; image.wrongState while there is no content
 */
export async function setUse(
  { catalog, clock, limits }: { readonly catalog: Catalog; readonly clock: Clock; readonly limits: Limits },
  principal: Principal,
  { id, status }: { readonly id: string; readonly status: UseStatus },
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:update");
  return await catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, id);
    checkRules(declarationRules, {
      ...caller,
      mayPublish: mayDo(principal, "tintype:images:publish"),
      before: image,
      after: image,
      limits,
    });
    const wanted = status === "active" && hasContentElsewhere(image) ? "active elsewhere" : status;
    if (image.status === wanted) {
      return image;
    }
    const changed = await catalog.images.changeStatus(image.id, usable, wanted, { updatedAt: clock.now() });
    if (changed === undefined) {
      throw new ServiceError("image.wrongState", { id: image.id, status: image.status });
    }
    return changed;
  });
}
