import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";

/** One job, or undefined when it does not exist for the caller: jobs of other projects exist for administrators alone. */
export async function findJob(
  deps: { readonly catalog: Pick<Catalog, "jobs"> },
  principal: Principal,
  id: string,
): Promise<JobRecord | undefined> {
  const { projectId, isAdministrator } = imageCaller(principal, "ims:jobs:list");
  const job = await deps.catalog.jobs.get(id);
  return isAdministrator || job?.projectId === projectId ? job : undefined;
}
