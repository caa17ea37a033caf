import { checkObjectKey } from "../buckets/check-object-key.ts";
import { requireBucket } from "../buckets/require-bucket.ts";
import { mayDo } from "../identity/authorize.ts";
import { objectResource } from "../identity/bucket-resource.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { ResumableUpload, UploadTarget } from "../ports/upload-catalog.ts";
import { fileTargetRules } from "../transfers/files/file-target-rules.table.ts";
import { requireRoom } from "../quotas/require-room.ts";
import { refuseFileLength } from "../transfers/files/receive-file.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** Tells whether a principal has the rights to what an upload becomes. */
export function mayTarget(principal: Principal, target: UploadTarget): boolean {
  return target.kind === "object"
    ? mayDo(principal, "obs:object:PutObject", objectResource(target.bucket, target.key))
    : mayDo(principal, "ims:images:upload");
}

/** Requires the rights to what an upload becomes, whatever is done with it. Throws  obs.AccessDenied, IMG.0026 */
export function requireTargetRights(principal: Principal, target: UploadTarget): void {
  if (target.kind === "object") {
    requireRights(principal, ["obs:object:PutObject"], { resource: objectResource(target.bucket, target.key) });
  } else {
    imageCaller(principal, "ims:images:upload");
  }
}

/**
 * Refuses a target that cannot take a file, so that nobody sends in vain. It is asked again when the file is whole.
 *
 * Throws  obs.NoSuchBucket, obs.KeyTooLongError, obs.InvalidArgument; IMG.0027, image.fileTooLarge,
 *         image.quotaFull and the rules for images that get a file
 */
export async function requireTarget(
  { catalog, ceilings, limits }: { readonly catalog: Catalog } & Pick<UploadsDeps, "ceilings" | "limits">,
  { principal, projectId }: { readonly principal: Principal; readonly projectId: ProjectId },
  { target, lengthBytes }: Pick<ResumableUpload, "target" | "lengthBytes">,
): Promise<void> {
  if (target.kind === "object") {
    checkObjectKey(target.key, ceilings);
    await requireBucket(catalog, { projectId, bucket: target.bucket });
  } else {
    refuseFileLength(lengthBytes ?? 0, limits);
    const caller = imageCaller(principal, "ims:images:upload");
    const image = await findImage(catalog, caller, target.imageId);
    checkRules(fileTargetRules, { image, ...caller });
    await requireRoom(catalog, limits, { image, status: "saving", lengthBytes, isLater: true });
  }
}
