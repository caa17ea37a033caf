import { Jobs } from "@tintype/client/jobs.ts";
import type { Job } from "@tintype/contract/api/job.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import type { Cell } from "../../output/table.ts";
import { take } from "../../output/take.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { ListFlags } from "./list.ts";

const columns = [
  { title: "ID" },
  { title: "KIND" },
  { title: "STATUS" },
  { title: "STEP" },
  { title: "DONE", align: "right" },
  { title: "IMAGE" },
  { title: "CREATED" },
  { title: "ERROR" },
] as const;

export async function runList(this: CliContext, flags: ListFlags): Promise<void> {
  const jobs = new Jobs(await openSession(this, flags));
  const found = await take(jobs.list({ status: flags.status }, { signal: this.signal }), flags.limit);
  if (flags.json) {
    writeJson(this, found);
  } else {
    writeTable(this, columns, found.map(rowOf));
  }
}

function rowOf(job: Job): readonly Cell[] {
  const { doneBytes, totalBytes } = job.progress;
  const share = job.status === "running" && totalBytes > 0 ? `${((100 * doneBytes) / totalBytes).toFixed(1)} %` : "";
  return [job.id, job.kind, job.status, job.currentStep ?? "", share, job.subjectId ?? "", job.createdAt, job.error?.code ?? ""];
}
