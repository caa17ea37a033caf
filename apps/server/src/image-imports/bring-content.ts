import { ServiceError } from "@tintype/contract/service-error.ts";
import { hasEnded } from "@tintype/jobs/job-record.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { ImageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import { errorOfJob } from "../transfers/transfer-error.ts";
import { imageImportKind } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";
import { bearerFields } from "./start-image-import.ts";
import type { StartImportDeps } from "./start-image-import.ts";

/** What bringing content needs. */
export interface BringContentDeps extends Omit<StartImportDeps, "jobs" | "urlReader" | "stores"> {
  readonly jobs: Pick<JobRunner, "dispatch" | "wait">;
}

/** Who first uses an image, and under which request its task is found again. */
export interface FirstUse {
  readonly imageId: string;
  readonly requestId: string;
  /** Ends the waiting, since the service stops or whoever asked has left; the task goes on, after a stop when the service starts again. */
  readonly signal: AbortSignal;
}

/** After a failure a place is left in peace for so long: whoever asks meanwhile is told of that failure. */
const restMs = 60_000;

/**
 * Sees to it that the content of an image that is active elsewhere is here: a task fetches it, the same one for all who ask meanwhile, and
 * goes on when they leave. From then on the image is one like every other, and its bytes never change. Answers false when there is nothing to
 * bring, since the image is not elsewhere.
 *
 * Throws  IMG.0026, IMG.0027; IMG.0060 when its project has too many tasks; image.contentElsewhere when its places do not give it: to whom
 *         the image does not belong, without the reason, which tells of them
 */
export async function bringContent(deps: BringContentDeps, principal: Principal, use: FirstUse): Promise<boolean> {
  const caller = imageCaller(principal, "ims:images:export");
  const { status } = await findImage(deps.catalog, caller, use.imageId);
  if (status !== "active elsewhere") {
    return false;
  }
  const job = await deps.catalog.transaction(async (catalog) => await joinOrStart(deps, { catalog, caller, principal, use }));
  if (job === undefined) {
    // It came while this was asked.
    return true;
  }
  if (!hasEnded(job)) {
    deps.jobs.dispatch(job.id);
  }
  const ended = hasEnded(job) ? job : await endOf(deps, job, use);
  if (ended.status !== "succeeded") {
    throw await refusalFor(deps, { caller, use, ended });
  }
  return true;
}

async function endOf({ jobs }: BringContentDeps, job: JobRecord, { imageId, signal }: FirstUse): Promise<JobRecord> {
  try {
    return await jobs.wait(job.id, { signal });
  } catch (error) {
    const problem = "the service stops, and goes on with fetching it when it starts again";
    throw signal.aborted ? new ServiceError("image.contentElsewhere", { id: imageId, problem }, { cause: error }) : error;
  }
}

interface Joining {
  readonly catalog: Catalog;
  readonly caller: ImageCaller;
  readonly principal: Principal;
  readonly use: FirstUse;
}

/** The task that fetches now, the one that failed a moment ago, or a new one. */
async function joinOrStart(deps: BringContentDeps, { catalog, caller, principal, use }: Joining): Promise<JobRecord | undefined> {
  const image = await findImage(catalog, caller, use.imageId);
  if (image.status !== "active elsewhere") {
    return undefined;
  }
  const now = deps.clock.now();
  const [latest] = await catalog.jobs.list({ subjectId: image.id, kinds: [imageImportKind], limit: 1 });
  if (latest !== undefined && (!hasEnded(latest) || isRecent(latest, image, now))) {
    return latest;
  }
  // The work is plain data.
  const input = workFor(deps, { image, principal, use }) as unknown as Json;
  const { projectId } = image;
  const job = newJob({ id: deps.ids.hex32(), kind: imageImportKind, projectId, subjectId: image.id, input, now });
  await reserveJob(catalog, deps.limits, job);
  return job;
}

/** What its owner has changed since deserves another try. */
function isRecent({ createdAt, finishedAt = createdAt }: JobRecord, { updatedAt }: ImageRecord, now: number): boolean {
  return finishedAt + restMs > now && updatedAt <= createdAt;
}

function workFor(
  { ids }: Pick<BringContentDeps, "ids">,
  { image, principal, use }: Pick<Joining, "principal" | "use"> & { readonly image: ImageRecord },
): ImageImport {
  return {
    imageId: image.id,
    imageName: image.name,
    method: { name: "first-use" },
    // The port makes 32 hex digits, which is what names of blobs are.
    uploadedId: ids.hex32() as BlobId,
    blobId: ids.hex32() as BlobId,
    staged: null,
    stores: [],
    mustSucceed: true,
    // Who in another project uses it is none of its owner's business, who sees the tasks of an image.
    bearer: principal.project?.id === image.projectId ? bearerFields(principal) : { userId: "", agencyId: null },
    requestId: use.requestId,
    type: "location_import",
  };
}

interface Refused {
  readonly caller: ImageCaller;
  readonly use: FirstUse;
  readonly ended: JobRecord;
}

async function refusalFor({ catalog }: BringContentDeps, { caller, use, ended }: Refused): Promise<ServiceError> {
  // An image that was deleted meanwhile is none any more.
  const { id, projectId } = await findImage(catalog, caller, use.imageId);
  const mayKnow = caller.isAdministrator || projectId === caller.projectId;
  const reason = errorOfJob(ended)?.message.replace(/\.$/, "") ?? "the task that fetches it was ended";
  const problem = mayKnow ? reason : "its place does not give it, and its owner is told why";
  return new ServiceError("image.contentElsewhere", { id, problem });
}
