import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Limits } from "./limits.ts";
import { jobQuotaRules } from "./quota-rules.table.ts";
import { unfinishedJobs } from "./unfinished-jobs.ts";

/**
 * Inserts a job if its project may have one more that is not over. Call it in a transaction: then no number of callers gets past the
 * limit.
 *
 * Throws  IMG.0060
 */
export async function reserveJob(catalog: Pick<Catalog, "jobs">, limits: Limits, job: JobRecord): Promise<void> {
  checkRules(jobQuotaRules, { used: (await unfinishedJobs(catalog, limits, job.projectId)).length, limits });
  await catalog.jobs.insert(job);
}
