import type { CancelAnswer, JobRunner } from "@tintype/jobs/job-runner.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { findJob } from "./find-job.ts";

/** What the parts of this use case need. */
export interface CancelJobDeps {
  readonly catalog: Pick<Catalog, "jobs">;
  readonly jobs: Pick<JobRunner, "cancel">;
}

/** Asks a job to stop; it ends once everything it did is taken back. Answers `unknown` for a job that does not exist for the caller. */
export async function cancelJob(deps: CancelJobDeps, principal: Principal, id: string): Promise<CancelAnswer> {
  imageCaller(principal, "ims:jobs:cancel");
  const job = await findJob(deps, principal, id);
  return job === undefined ? "unknown" : await deps.jobs.cancel(job.id);
}
