import type { ImsJob, SubJob } from "@tintype/contract/ims/ims-job.ts";
import type { JobRecord, JobStatus } from "@tintype/jobs/job-record.ts";
import { exportJobKind } from "../../images/work-on-image.ts";
import { memberResults } from "../../sharing/member-work.ts";
import { trustNote } from "../../sharing/trust-note.ts";
import { partsOfImport, warningsOfImport } from "../../transfers/import-parts.ts";
import type { PartOfImport } from "../../transfers/import-parts.ts";
import { importKinds } from "../../transfers/import-work.ts";
import { errorOfJob } from "../../transfers/transfer-error.ts";

const statuses: Readonly<Record<JobStatus, ImsJob["status"]>> = {
  queued: "INIT",
  running: "RUNNING",
  succeeded: "SUCCESS",
  failed: "FAIL",
  cancelled: "FAIL",
};

/** The step that moves bytes, and so tells how far a job is. */
const movingSteps: ReadonlySet<string> = new Set(["store", "write", "copy"]);
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
      ...membersOf(job),
      ...importOf(job),
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
  // Clients that find an image here do not look into the parts.
  if (partsOfImport(job) !== undefined) {
    return {};
  }
  const isGone = statuses[job.status] === "FAIL" && job.kind !== exportJobKind;
  const id = textOfInput(job, "newImageId") ?? job.subjectId;
  const name = textOfInput(job, "imageName");
  return { ...(id !== undefined && !isGone && { image_id: id }), ...(name !== undefined && { image_name: name }) };
}

/** What a batch did to members. A failed one did nothing. */
function membersOf(job: JobRecord): Pick<ImsJob["entities"], "results" | "trust_note"> {
  const outcome = memberResults(job);
  if (outcome === undefined) {
    return {};
  }
  const results = outcome.items.map(({ imageId, memberId, refused }) => ({
    image_id: imageId,
    project_id: memberId,
    status: outcome.isDone && refused === null ? ("success" as const) : ("failed" as const),
    ...(refused && { error_code: refused.code, fail_reason: refused.message }),
  }));
  const isAccepted = outcome.isDone && outcome.change.kind === "answer" && outcome.change.status === "accepted";
  return { results, ...(isAccepted && { trust_note: trustNote }) };
}

/** The parts of an import that makes several images, which end as one, and what its user should know. */
function importOf(job: JobRecord): Pick<ImsJob["entities"], "sub_jobs_list" | "sub_jobs_result" | "warnings"> {
  const parts = partsOfImport(job);
  const warnings = warningsOfImport(job);
  return {
    ...(parts && { sub_jobs_list: parts.map(({ id }) => id), sub_jobs_result: parts.map((part) => toSubJob(job, part)) }),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
  };
}

function toSubJob(job: JobRecord, { id, kind, imageId, imageName }: PartOfImport): SubJob {
  const error = job.finishedAt === undefined ? undefined : errorOfJob(job);
  return {
    status: statuses[job.status],
    job_id: id,
    job_type: kind === "data" ? importKinds.dataImage : importKinds.image,
    begin_time: new Date(job.startedAt ?? job.createdAt).toISOString(),
    end_time: job.finishedAt === undefined ? "" : new Date(job.finishedAt).toISOString(),
    error_code: error?.code ?? null,
    fail_reason: error?.message ?? null,
    entities: { ...(statuses[job.status] !== "FAIL" && { image_id: imageId }), image_name: imageName },
  };
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
