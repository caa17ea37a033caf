import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { hasUnfinishedTask } from "../images/has-unfinished-task.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import { wantedStores } from "../images/wanted-stores.ts";
import type { StoreWish } from "../images/wanted-stores.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Ids } from "../ports/ids.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import type { Principal } from "../ports/principal.ts";
import { UrlError } from "../ports/url-reader.ts";
import type { UrlReader } from "../ports/url-reader.ts";
import type { Limits } from "../quotas/limits.ts";
import { requireRoom } from "../quotas/require-room.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import type { FileMethod } from "./import-method.ts";
import { importRules } from "./import-rules.table.ts";
import { imageImportKind } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";

/** What the parts of this use case need. */
export interface StartImportDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly stores: NamedStores;
  readonly urlReader: Pick<UrlReader, "check">;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/** An import that a client asks for. */
export interface ImportRequest {
  readonly imageId: string;
  readonly method: FileMethod;
  /** Where its content shall be. */
  readonly wish: StoreWish;
  /** Under which the client finds the job again. */
  readonly requestId: string;
  readonly type: ImageImport["type"];
}

/**
 * Starts the import of an image that was made by its metadata: with the file that is staged for it, or one that a job fetches. No address is
 * kept that must not be opened; the job asks again, since names may lead elsewhere by then.
 *
 * Throws  IMG.0026, IMG.0027; the rules of an import; image.storeUnknown; image.urlRefused; IMG.0060
 */
export async function startImageImport(deps: StartImportDeps, principal: Principal, request: ImportRequest): Promise<JobRecord> {
  const caller = imageCaller(principal, "ims:images:upload");
  const { method, wish } = request;
  await findTarget(deps.catalog, caller, request);
  const stores = wantedStores(deps.stores, wish);
  if (method.name === "web-download" || method.name === "location") {
    await checkAddress(deps, method.uri);
  }
  const job = await deps.catalog.transaction(async (catalog) => {
    const image = await findTarget(catalog, caller, request);
    await requireRoom(catalog, deps.limits, { image, status: "importing", lengthBytes: image.file?.lengthBytes });
    const now = deps.clock.now();
    await catalog.images.changeStatus(image.id, [image.status], "importing", { updatedAt: now });
    // The work is plain data.
    const input = workFor(deps.ids, { image, principal, request, stores }) as unknown as Json;
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
  const isImporting = await hasUnfinishedTask(catalog, image.id);
  checkRules(importRules, { image, ...caller, method: method.name, isImporting });
  return image;
}

/** Who asked for a task, as its row keeps it. */
export function bearerFields({ actor, userId }: Principal): ImageImport["bearer"] {
  return { userId: actor?.userId ?? userId, agencyId: actor?.agencyId ?? null };
}

interface Planned {
  readonly image: ImageRecord;
  readonly principal: Principal;
  readonly request: ImportRequest;
  readonly stores: readonly string[];
}

function workFor(ids: Ids, { image, principal, request, stores }: Planned): ImageImport {
  const { method, requestId, type, wish } = request;
  const [disk] = image.disks;
  const isStaged = method.name === "glance-direct" && disk !== undefined && image.file !== undefined;
  return {
    imageId: image.id,
    imageName: image.name,
    method,
    stores,
    mustSucceed: wish.mustSucceed,
    // The port makes 32 hex digits, which is what names of blobs are.
    uploadedId: isStaged ? disk.blobId : (ids.hex32() as BlobId),
    blobId: ids.hex32() as BlobId,
    staged: isStaged ? { file: image.file, dataBytes: disk.dataBytes } : null,
    bearer: bearerFields(principal),
    requestId,
    type,
  };
}
