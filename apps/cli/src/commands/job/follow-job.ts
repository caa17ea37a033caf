import type { Jobs } from "@tintype/client/jobs.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import type { Job } from "@tintype/contract/api/job.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError, JobFailedError } from "../../errors/command-errors.ts";
import type { ProgressLine } from "../../output/progress-line.ts";

/**
 * Waits for a job and shows its steps; answers it when it succeeded.
 *
 * Throws  JobFailedError; CancelledError when somebody cancelled it; the context's signal's reason when the waiting was ended
 */
export async function followJob(context: CliContext, jobs: Jobs, id: string, progress: ProgressLine): Promise<Job> {
  const job = await waitForJob(jobs, id, {
    timers: context.timers,
    signal: context.signal,
    onUpdate: (state) => progress.update({ step: state.currentStep ?? state.status, ...state.progress }),
    onRetry: (error) => noteRetry(progress, error),
  });
  if (job.status === "failed") {
    throw new JobFailedError(job);
  }
  if (job.status !== "succeeded") {
    throw new CancelledError(`The job was cancelled, and what it did undone. [job ${job.id}]`);
  }
  return job;
}

/** Says why nothing moves for a moment. */
export function noteRetry(progress: ProgressLine, error: unknown): void {
  progress.note(`${error instanceof Error ? error.message : String(error)} Trying again …`);
}
