import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Limits } from "./limits.ts";

/** A project's jobs that are not over: as many as its limit at most, which is all that a project can have. Exact inside a transaction. */
export async function unfinishedJobs(catalog: Pick<Catalog, "jobs">, limits: Limits, projectId: string): Promise<readonly JobRecord[]> {
  return await catalog.jobs.list({ projectId, status: ["queued", "running"], limit: limits.jobs.concurrentPerProject });
}
