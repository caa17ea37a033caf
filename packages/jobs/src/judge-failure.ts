import type { JobError } from "./job-record.ts";
import type { JobRun } from "./job-run.ts";

/** Asks the job's kind what a thrown value means. A kind that throws while it answers still gets its job an error. */
export function judgeFailure(run: JobRun, error: unknown): { readonly retryable: boolean; readonly error: JobError } {
  try {
    return { retryable: run.kind.isRetryable?.(error) ?? false, error: run.kind.describeError(error) };
  } catch (thrown) {
    run.log({ event: "describingFailed", error: thrown });
    return { retryable: false, error: { code: "job.failed", message: error instanceof Error ? error.message : String(error) } };
  }
}
