import { Jobs } from "@tintype/client/jobs.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import { followJob } from "./follow-job.ts";
import type { WatchFlags } from "./watch.ts";

export async function runWatch(this: CliContext, flags: WatchFlags, id: string): Promise<void> {
  const jobs = new Jobs(await openSession(this, flags));
  const progress = startProgress(this, flags);
  try {
    const job = await followJob(this, jobs, id, progress);
    progress.end();
    if (flags.json) {
      writeJson(this, job);
    } else {
      writeFields(this, [
        ["job", job.id],
        ["status", job.status],
        ["image", job.subjectId ?? ""],
      ]);
    }
  } catch (error) {
    if (this.signal.aborted && error === this.signal.reason) {
      throw new CancelledError(`No longer watched; the job goes on. "tintype job watch ${id}" shows it again.`, { cause: error });
    }
    throw error;
  } finally {
    progress.end();
  }
}
