import type { JobFilter, JobRecord } from "@tintype/jobs/job-record.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";

/** One page of the jobs of the caller's project, newest first. */
export async function listJobs(
  deps: { readonly catalog: Pick<Catalog, "jobs"> },
  principal: Principal,
  filter: Omit<JobFilter, "projectId">,
): Promise<readonly JobRecord[]> {
  const { projectId } = imageCaller(principal, "ims:jobs:list");
  return await deps.catalog.jobs.list({ ...filter, projectId });
}
