import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import type { ResumableUpload, UploadTarget } from "../ports/upload-catalog.ts";
import { appendToUpload } from "./append-to-upload.ts";
import { endUpload } from "./end-upload.ts";
import { projectOf } from "../identity/project-of.ts";
import type { UploadBody } from "./upload-body.ts";
import { largestUpload, nextExpiry, refuseBeyond } from "./upload-limits.ts";
import { requireTarget, requireTargetRights } from "./upload-target.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** A file that is about to come. */
export interface NewUpload {
  readonly target: UploadTarget;
  /** Undefined when the client does not know it yet. */
  readonly lengthBytes: number | undefined;
  readonly metadata: string;
  /** The first bytes, when they come along. */
  readonly body: UploadBody | undefined;
}

/**
 * Begins an upload, and takes what comes along with it. If that goes wrong there is no upload: nobody was told its address. An empty file is
 * complete at once.
 *
 * Throws  tus.tooLarge, tus.tooManyUploads; what `requireTarget` and `appendToUpload` throw
 */
export async function createUpload(deps: UploadsDeps, principal: Principal, request: NewUpload): Promise<ResumableUpload> {
  const { target, lengthBytes, metadata } = request;
  const projectId = projectOf(principal);
  requireTargetRights(principal, target);
  refuseBeyond(lengthBytes ?? 0, largestUpload(deps));
  const upload: ResumableUpload = {
    id: deps.ids.hex32(),
    projectId,
    target,
    lengthBytes,
    offsetBytes: 0,
    metadata,
    createdAt: deps.clock.now(),
    expiresAt: nextExpiry(deps),
    isComplete: false,
  };
  await deps.catalog.transaction(async (catalog) => {
    await requireTarget({ ...deps, catalog }, { principal, projectId }, upload);
    const count = await catalog.uploads.countUnfinished(projectId);
    if (count >= deps.uploads.perProject) {
      throw new ServiceError("tus.tooManyUploads", { count });
    }
    await catalog.uploads.insert(upload);
  });
  const body = request.body ?? (lengthBytes === 0 ? emptyBody : undefined);
  if (body === undefined) {
    return upload;
  }
  try {
    return await appendToUpload(deps, principal, { id: upload.id, offsetBytes: 0, body });
  } catch (error) {
    await endUpload(deps, principal, upload.id);
    throw error;
  }
}

const emptyBody: UploadBody = { lengthBytes: 0, pieces: { async *[Symbol.asyncIterator]() {} }, promised: [], cancel() {} };
