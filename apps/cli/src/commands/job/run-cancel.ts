import { Jobs } from "@tintype/client/jobs.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import type { CancelFlags } from "./cancel.ts";

export async function runCancel(this: CliContext, flags: CancelFlags, id: string): Promise<void> {
  const jobs = new Jobs(await openSession(this, flags));
  await jobs.cancel(id, { signal: this.signal });
  const job = await waitForJob(jobs, id, { timers: this.timers, signal: this.signal });
  if (flags.json) {
    writeJson(this, job);
  } else {
    writeFields(this, [
      ["job", job.id],
      ["status", job.status],
    ]);
  }
  if (job.status !== "cancelled") {
    throw new Error(`The job ${job.status} before it could be cancelled.`);
  }
}
