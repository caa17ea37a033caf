import type { JobKind } from "@tintype/jobs/job-kind.ts";
import type { LaneSize } from "@tintype/jobs/lanes.ts";
import { tracingFailures } from "./audit/trace-failed-jobs.ts";
import type { FailedJobsDeps } from "./audit/trace-failed-jobs.ts";
import type { Config } from "./config/config-schema.ts";
import { copyJob } from "./copies/copy-job.ts";
import { imageImportJob } from "./image-imports/image-import-job.ts";
import { storeCopyJob } from "./image-imports/store-copy-job.ts";
import { memberJobs } from "./sharing/member-jobs.ts";
import { exportJob } from "./transfers/export-job.ts";
import { importJobs } from "./transfers/import-job.ts";
import { upkeepJobs } from "./upkeep/upkeep-jobs.ts";

type Parts = Parameters<typeof importJobs>[0] &
  Parameters<typeof exportJob>[0] &
  Parameters<typeof copyJob>[0] &
  Parameters<typeof imageImportJob>[0] &
  Parameters<typeof storeCopyJob>[0] &
  Parameters<typeof memberJobs>[0] &
  FailedJobsDeps;

/** How many jobs of a lane run at a time, see `laneOf` of the kinds: as many as there are of the quick ones, which move no bytes. */
export function jobLanes({
  fetching,
  fetchingPerProject,
}: Pick<Config["limits"]["jobs"], "fetching" | "fetchingPerProject">): Readonly<Record<string, LaneSize>> {
  return { quick: { slots: Infinity }, fetch: { slots: fetching, perProject: fetchingPerProject } };
}

/** Every kind of job of the service. Those that fail leave a trace. */
export function jobKinds(parts: Parts, upkeep: Parameters<typeof upkeepJobs>[0]): readonly JobKind[] {
  const kinds = [
    ...importJobs(parts),
    exportJob(parts),
    copyJob(parts),
    imageImportJob(parts),
    storeCopyJob(parts),
    ...memberJobs(parts),
    ...upkeepJobs(upkeep),
  ];
  return tracingFailures(kinds, parts);
}
