import { ServiceError } from "@tintype/contract/service-error.ts";
import { projectOf } from "../identity/project-of.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { ResumableUpload } from "../ports/upload-catalog.ts";
import { requireTargetRights } from "./upload-target.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/**
 * An upload of the caller's project. Another project's does not exist for it.
 *
 * Throws  tus.uploadNotFound, tus.uploadExpired, obs.AccessDenied, IMG.0026, identity.projectRequired
 */
export async function findUpload(
  { catalog, clock }: { readonly catalog: Pick<Catalog, "uploads"> } & Pick<UploadsDeps, "clock">,
  principal: Principal,
  id: string,
): Promise<ResumableUpload> {
  const upload = await catalog.uploads.get(id);
  if (upload === undefined || upload.projectId !== projectOf(principal)) {
    throw new ServiceError("tus.uploadNotFound", { id: id.slice(0, 100) });
  }
  requireTargetRights(principal, upload.target);
  if (upload.expiresAt <= clock.now()) {
    throw new ServiceError("tus.uploadExpired", { id });
  }
  return upload;
}
