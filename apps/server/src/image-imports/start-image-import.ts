import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Ids } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { UrlError } from "../ports/url-reader.ts";
import type { UrlReader } from "../ports/url-reader.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import type { ImportMethod } from "./import-method.ts";
import { importRules } from "./import-rules.table.ts";
import { imageImportKind } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";

/** What the parts of this use case need. */
export interface StartImportDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly urlReader: Pick<UrlReader, "check">;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/** An import that a client asks for. */
export interface ImportRequest {
  readonly imageId: string;
  readonly method: ImportMethod;
  /** Under which the client finds the job again. */
  readonly requestId: string;
  readonly type: ImageImport["type"];
}

/**
 * Starts the import of an image that was made by its metadata: with the file that is staged for it, or one that a job fetches. No address is
 * kept that must not be opened; the job asks again, since names may lead elsewhere by then.
 *
 * Throws  IMG.0026, IMG.0027; the rules of an import; image.urlRefused; IMG.0060
 */
export async function startImageImport(deps: StartImportDeps, principal: Principal, request: ImportRequest): Promise<JobRecord> {
  const caller = imageCaller(principal, "ims:images:upload");
  const { method } = request;
  await findTarget(deps.catalog, caller, request);
  if (method.name === "web-download") {
    await checkAddress(deps, method.uri);
  }
  const job = await deps.catalog.transaction(async (catalog) => {
    const image = await findTarget(catalog, caller, request);
    const now = deps.clock.now();
    await catalog.images.changeStatus(image.id, [image.status], "importing", { updatedAt: now });
    // The work is plain data.
    const input = workFor(deps.ids, { image, principal, request }) as unknown as Json;
    const { projectId } = caller;
    const planned = newJob({ id: deps.ids.hex32(), kind: imageImportKind, projectId, subjectId: image.id, input, now });
    await reserveJob(catalog, deps.limits, planned);
    return planned;
  });
  deps.jobs.dispatch(job.id);
  return job;
}

/** Throws  image.urlRefused */
export async function checkAddress({ urlReader }: Pick<StartImportDeps, "urlReader">, uri: string): Promise<void> {
  try {
    await urlReader.check(uri);
  } catch (error) {
    throw error instanceof UrlError ? new ServiceError("image.urlRefused", { problem: error.message }, { cause: error }) : error;
  }
}

async function findTarget(catalog: Catalog, caller: ImageCaller, { imageId, method }: ImportRequest): Promise<ImageRecord> {
  const image = await findImage(catalog, caller, imageId);
  const unfinished = await catalog.jobs.list({ subjectId: image.id, kinds: [imageImportKind], status: ["queued", "running"], limit: 1 });
  checkRules(importRules, { image, ...caller, method: method.name, isImporting: unfinished.length > 0 });
  return image;
}

interface Planned {
  readonly image: ImageRecord;
  readonly principal: Principal;
  readonly request: ImportRequest;
}

function workFor(ids: Ids, { image, principal, request: { method, requestId, type } }: Planned): ImageImport {
  const [disk] = image.disks;
  const isStaged = method.name === "glance-direct" && disk !== undefined && image.file !== undefined;
  return {
    imageId: image.id,
    imageName: image.name,
    method,
    // The port makes 32 hex digits, which is what names of blobs are.
    uploadedId: isStaged ? disk.blobId : (ids.hex32() as BlobId),
    blobId: ids.hex32() as BlobId,
    staged: isStaged ? { file: image.file, dataBytes: disk.dataBytes } : null,
    bearer: { userId: principal.actor?.userId ?? principal.userId, agencyId: principal.actor?.agencyId ?? null },
    requestId,
    type,
  };
}
