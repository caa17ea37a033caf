import type { Jobs } from "@tintype/client/jobs.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import type { CliContext } from "../../context.ts";

/** Longer than undoing takes, shorter than people wait after Ctrl-C. */
const PATIENCE_MS = 10_000;

/** Cancels a job because the person stopped the command, and says in a sentence how that went. */
export async function cancelPolitely(context: Pick<CliContext, "timers">, jobs: Jobs, id: string): Promise<string> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    await jobs.cancel(id, { signal });
    const job = await waitForJob(jobs, id, { timers: context.timers, signal });
    return job.status === "cancelled" ? "Cancelled; what the job did is undone." : `The job ${job.status} before it could be cancelled.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `The job could not be cancelled (${reason}); "tintype job cancel ${id}" tries again.`;
  }
}
