import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import type { JobRecord, Json } from "@tintype/jobs/job-record.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { mayDo } from "../identity/authorize.ts";
import { forbidden } from "../identity/forbidden.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/** What starting upkeep needs. */
export interface StartUpkeepDeps {
  readonly catalog: Pick<Catalog, "jobs">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/** Starts a job of an upkeep kind, for administrators alone. Throws api.operatorsOnly. */
export async function startUpkeep(deps: StartUpkeepDeps, principal: Principal, work: { kind: string; input: Json }): Promise<JobRecord> {
  const projectId = operatorsProject(principal, "tintype:store:maintain");
  const job = newJob({ id: deps.ids.hex32(), ...work, projectId, now: deps.clock.now() });
  await deps.catalog.jobs.insert(job);
  deps.jobs.dispatch(job.id);
  return job;
}

/** The store is everyone's, so only operators look after it. Answers the project that the caller acts in. Throws api.operatorsOnly. */
export function operatorsProject(principal: Principal, action: Action): string {
  const { project } = principal;
  if (project === undefined || !mayDo(principal, action)) {
    throw forbidden(principal, action);
  }
  return project.id;
}
