import { ServiceError } from "@tintype/contract/service-error.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import { imageRules } from "../images/image-rules.table.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageChange, ImageRecord } from "../ports/image-catalog.ts";
import type { Ids } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { PublicImageChange } from "../ports/public-image-changes.ts";
import type { Limits } from "../quotas/limits.ts";
import { notePublicChange } from "./note-public-change.ts";

/** What publishing needs. */
export interface PublishImageDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
}

/** What a change is checked by, and what it makes of the image. */
const ways = {
  published: { rules: imageRules.makePublic, fields: { visibility: "public", protected: true } },
  withdrawn: { rules: imageRules.withdraw, fields: { visibility: "private", protected: false } },
} as const satisfies Record<PublicImageChange["change"], { readonly rules: object; readonly fields: Partial<ImageChange> }>;

/**
 * Makes an image public, so that everybody sees and uses it and nobody changes it, or private again; for operators alone. The log of
 * public images gets an entry with it.
 *
 * Throws  api.operatorsOnly, IMG.0027; the rules of making an image public, and of withdrawing one
 */
export async function publishImage(
  deps: PublishImageDeps,
  principal: Principal,
  { id, change }: { readonly id: string; readonly change: PublicImageChange["change"] },
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "tintype:images:publish");
  const { rules, fields } = ways[change];
  return await deps.catalog.transaction(async (catalog) => {
    const image = await findImage(catalog, caller, id);
    checkRules(rules, { image, ...caller, limits: deps.limits });
    const now = deps.clock.now();
    const updated = await catalog.images.update(image.id, { ...fields, updatedAt: now });
    if (updated === undefined) {
      throw new ServiceError("IMG.0027", { id });
    }
    await notePublicChange(catalog, { ids: deps.ids, now }, { before: image, after: updated });
    return updated;
  });
}
