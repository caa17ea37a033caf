import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireEnterpriseProject } from "../../enterprise-projects/require-enterprise-project.ts";
import { checkRules } from "../../images/check-rules.ts";
import { imageCaller } from "../../images/image-caller.ts";
import { resolveOs } from "../../images/resolve-os.ts";
import { valueRules } from "../../images/value-rules.table.ts";
import type { OsLists } from "../../os-lists/known-systems.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Firmware, ImageRecord } from "../../ports/image-catalog.ts";
import type { Ids, ImageId } from "../../ports/ids.ts";
import type { Principal } from "../../ports/principal.ts";
import type { Limits } from "../../quotas/limits.ts";
import { reserveImage } from "../../quotas/reserve-image.ts";
import { nativeTagRules } from "../../tags/given-tag-rules.table.ts";
import { plannedImage } from "../planned-image.ts";
import { metadataRules } from "./metadata-rules.table.ts";

/** An image that is told of before there is content for it. */
export interface MetadataRequest {
  /** May be empty. */
  readonly name: string;
  readonly description: string;
  readonly isProtected: boolean;
  readonly diskFormat: string;
  /** As large as its content will be when it is not told. */
  readonly minDiskGiB: number | undefined;
  readonly minRamMiB: number;
  readonly maxRamMiB: number;
  readonly osVersion: string | undefined;
  readonly firmware: Firmware | undefined;
  /** Keys without values. */
  readonly tags: readonly string[];
  readonly enterpriseProjectId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Makes an image of its metadata alone: it is listed at once, takes its place in the quota, and waits for content.
 *
 * Throws  IMG.0026; the rules for values and for metadata; IMG.0155, IMG.0015
 */
export async function createMetadata(
  deps: { readonly catalog: Catalog; readonly clock: Clock; readonly ids: Ids; readonly limits: Limits; readonly osLists: OsLists },
  principal: Principal,
  request: MetadataRequest,
): Promise<ImageRecord> {
  const caller = imageCaller(principal, "ims:images:create");
  const { limits } = deps;
  const { name, tags, isProtected, diskFormat, minDiskGiB, ...wanted } = request;
  const os = resolveOs(deps.osLists.current, wanted);
  checkRules(metadataRules, { name, tags, limits });
  for (const tag of tags) {
    checkRules(nativeTagRules, { tag });
  }
  checkRules(valueRules, { ...wanted, minDiskGiB, osBit: os.osBit, limits });
  const planned = plannedImage(deps, {
    // The port makes UUIDs, which is what names of images are.
    id: deps.ids.uuid() as ImageId,
    projectId: caller.projectId,
    request: { ...wanted, name, kind: "system", osType: os.osType, architecture: "x86", tags: [], encryption: undefined },
    minDiskGiB: minDiskGiB ?? 0,
    os,
    encryption: undefined,
    origin: undefined,
  });
  const image: ImageRecord = { ...planned, diskFormat, protected: isProtected, tags };
  if (!caller.may(image)) {
    throw new ServiceError("IMG.0026", { action: caller.action });
  }
  await deps.catalog.transaction(async (catalog) => {
    await requireEnterpriseProject(catalog, principal, { id: image.enterpriseProjectId });
    await reserveImage(catalog, limits, image);
  });
  return image;
}
