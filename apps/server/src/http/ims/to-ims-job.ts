import type { ImsJob } from "@tintype/contract/ims/ims-job.ts";
import type { JobRecord, JobStatus } from "@tintype/jobs/job-record.ts";
import { exportJobKind } from "../../images/work-on-image.ts";
import { errorOfJob } from "../../transfers/transfer-error.ts";

const statuses: Readonly<Record<JobStatus, ImsJob["status"]>> = {
  queued: "INIT",
  running: "RUNNING",
  succeeded: "SUCCESS",
  failed: "FAIL",
  cancelled: "FAIL",
};

/** The step that moves bytes, and so tells how far a job is. */
const movingSteps: ReadonlySet<string> = new Set(["store", "write"]);
/** What is left to do when all bytes are moved. */
const sealingShare = 0.02;

/** Shows a job as the job query of IMS does. The progress query shows the same with `subJobId`, see `toImsJobProgress`. */
export function toImsJob(job: JobRecord): ImsJob {
  const error = errorOfJob(job);
  const isOver = job.finishedAt !== undefined;
  return {
    job_id: job.id,
    job_type: job.kind,
    status: statuses[job.status],
    begin_time: new Date(job.startedAt ?? job.createdAt).toISOString(),
    end_time: job.finishedAt === undefined ? "" : new Date(job.finishedAt).toISOString(),
    error_code: isOver && error ? error.code : null,
    fail_reason: isOver && error ? error.message : null,
    entities: {
      ...imageOf(job),
      process_percent: percentOf(job),
      ...(job.currentStep !== undefined && { current_task: job.currentStep }),
      ...(isOver && error && { error_code: error.code, error: error.message }),
    },
  };
}

/** Shows a job as the progress query of IMS does. A job of ours runs as one, so it is its own part. */
export function toImsJobProgress(job: JobRecord): ImsJob {
  const shown = toImsJob(job);
  return job.status === "running" ? { ...shown, entities: { ...shown.entities, subJobId: job.id } } : shown;
}

/**
 * The image that a job is about, or that a copy makes. An import or a copy that failed leaves no image, so it names none; clients would
 * take the id for a success.
 */
function imageOf(job: JobRecord): { readonly image_id?: string; readonly image_name?: string } {
  const isGone = statuses[job.status] === "FAIL" && job.kind !== exportJobKind;
  const id = textOfInput(job, "newImageId") ?? job.subjectId;
  const name = textOfInput(job, "imageName");
  return { ...(id !== undefined && !isGone && { image_id: id }), ...(name !== undefined && { image_name: name }) };
}

function textOfInput({ input }: JobRecord, field: string): string | undefined {
  const value: unknown = typeof input === "object" && input !== null ? Reflect.get(input, field) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** From 0 to 1, never back: only the step that moves bytes counts, and the last bit is for what follows it. */
function percentOf(job: JobRecord): number {
  if (job.status === "succeeded") {
    return 1;
  }
  const moving = job.steps.find(({ name }) => movingSteps.has(name));
  if (moving?.finishedAt !== undefined) {
    return 1 - sealingShare;
  }
  const { doneBytes, totalBytes } = job.progress;
  const isMoving = moving !== undefined && job.currentStep === moving.name && totalBytes > 0;
  return isMoving ? Math.min(1, doneBytes / totalBytes) * (1 - sealingShare) : 0;
}
