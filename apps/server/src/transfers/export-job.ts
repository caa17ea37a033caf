import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { releaseBlobs } from "../buckets/release-blobs.ts";
import type { StoreObjectDeps } from "../buckets/store-object.ts";
import { writeObject } from "../buckets/write-object.ts";
import { exportJobKind } from "../images/work-on-image.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { ExportInput } from "./export-work.ts";
import { planExport } from "./plan-export.ts";
import { describeTransferError, targetRefused } from "./transfer-error.ts";

/** Which task wrote an object, in its metadata: by this an export knows its own work again after a restart. */
const taskMark = "x-amz-meta-tintype-task";

/** What an export needs. */
export interface ExportJobDeps extends StoreObjectDeps {
  readonly catalog: Catalog;
}

/**
 * Writes an image to a bucket: one read of the stored content, converted on the way. Nothing is visible in the bucket before the
 * whole file is; whatever ends it early leaves no object.
 *
 * Memory  what the converter and the store's writer hold, whatever the disk's size
 * Restart  an object that an earlier attempt completed is taken as it is
 */
export function exportJob(deps: ExportJobDeps): JobKind {
  return {
    name: exportJobKind,
    steps: [{ name: "write", run: async (context) => factsOf(await writeImage(deps, context)) }],
    describeError: describeTransferError,
    onEnded: (job) => discardExport(deps, job),
  };
}

async function writeImage(deps: ExportJobDeps, { job, signal, progress }: StepContext): Promise<ObjectRecord> {
  const { bucket, key } = inputOf(job);
  const written = await deps.catalog.buckets.object(bucket, key);
  if (written?.metadata[taskMark] === job.id) {
    return written;
  }
  await using planned = await planExport(deps.store, inputOf(job), signal);
  const target = { projectId: job.projectId as ProjectId, bucket, key, metadata: { [taskMark]: job.id }, signal };
  try {
    return await writeObject(deps, target, {
      totalBytes: planned.plan.totalBytes,
      pieces: (options) => planned.plan.pieces({ ...options, onProgress: (made) => progress({ ...made }) }),
    });
  } catch (error) {
    throw targetRefused(target, error);
  }
}

/** Takes the object away again if this export wrote it. Harmless to repeat. */
async function discardExport(deps: ExportJobDeps, job: JobRecord): Promise<void> {
  const { bucket, key } = inputOf(job);
  const blobIds = await deps.catalog.transaction(async ({ buckets, removals }) => {
    const object = await buckets.object(bucket, key);
    if (object?.metadata[taskMark] !== job.id) {
      return [];
    }
    const blobIds = object.parts.map((part) => part.blobId);
    await buckets.deleteObject(bucket, key);
    await removals.note(blobIds, deps.clock.now());
    return blobIds;
  });
  await releaseBlobs(deps, blobIds);
}

function factsOf({ lengthBytes, etag }: ObjectRecord): { readonly lengthBytes: number; readonly etag: string } {
  return { lengthBytes, etag };
}

/** Rows of this kind are inserted by `exportImage` alone. */
function inputOf(job: JobRecord): ExportInput {
  return job.input as unknown as ExportInput;
}
