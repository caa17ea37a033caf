import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Limits } from "./limits.ts";

/**
 * Inserts a job if its project may have one more that is not over. Call it in a transaction: then no number of callers gets past the
 * limit.
 *
 * Throws  IMG.0060
 */
export async function reserveJob(catalog: Pick<Catalog, "jobs">, limits: Limits, job: JobRecord): Promise<void> {
  const limit = limits.jobs.concurrentPerProject;
  const unfinished = await catalog.jobs.list({ projectId: job.projectId, status: ["queued", "running"], limit });
  if (unfinished.length >= limit) {
    throw new ServiceError("IMG.0060", { limit });
  }
  await catalog.jobs.insert(job);
}
