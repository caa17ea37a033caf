import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { mayDo } from "../identity/authorize.ts";
import { projectOf } from "../identity/project-of.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";

/**
 * One job, or undefined when it does not exist for the caller: jobs of other projects exist for administrators alone. Whoever acts for a
 * project may follow its jobs, whatever started them.
 *
 * Throws  identity.projectRequired
 */
export async function findJob(
  deps: { readonly catalog: Pick<Catalog, "jobs"> },
  principal: Principal,
  id: string,
): Promise<JobRecord | undefined> {
  const projectId = projectOf(principal);
  const job = await deps.catalog.jobs.get(id);
  return job?.projectId === projectId || mayDo(principal, "tintype:images:useAny") ? job : undefined;
}
