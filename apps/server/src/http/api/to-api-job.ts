import type { Job } from "@tintype/contract/api/job.ts";
import type { JobRecord, StepRecord } from "@tintype/jobs/job-record.ts";
import { errorOfJob } from "../../transfers/transfer-error.ts";

/** Shows a job in full. What is not known is left out. */
export function toApiJob(job: JobRecord): Job {
  const error = errorOfJob(job);
  return {
    id: job.id,
    kind: job.kind,
    projectId: job.projectId,
    ...(job.subjectId !== undefined && { subjectId: job.subjectId }),
    status: job.status,
    ...(job.currentStep !== undefined && { currentStep: job.currentStep }),
    steps: job.steps.map(toApiStep),
    progress: { ...job.progress },
    cancelRequested: job.cancelRequested,
    ...(job.result !== null && { result: job.result }),
    ...(error && { error: { ...error } }),
    createdAt: toIso(job.createdAt),
    ...(job.startedAt !== undefined && { startedAt: toIso(job.startedAt) }),
    ...(job.finishedAt !== undefined && { finishedAt: toIso(job.finishedAt) }),
  };
}

function toApiStep(step: StepRecord): Job["steps"][number] {
  return {
    name: step.name,
    attempts: step.attempts,
    ...(step.finishedAt !== undefined && { finishedAt: toIso(step.finishedAt) }),
    ...(step.undoneAt !== undefined && { undoneAt: toIso(step.undoneAt) }),
    ...(step.output !== undefined && { output: step.output }),
    ...(step.undoError && { undoError: { ...step.undoError } }),
  };
}

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
