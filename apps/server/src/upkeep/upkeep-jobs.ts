import type { CollectionRequest, VerificationRequest } from "@tintype/contract/api/store.ts";
import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobError, Json } from "@tintype/jobs/job-record.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { StoreUpkeep } from "./store-upkeep.ts";

/** Names of the job kinds. */
export const collectionJobKind = "storeCollection";
export const verificationJobKind = "storeVerification";

/** Collections and verifications as jobs. Both may be cut off and repeated at any point. */
export function upkeepJobs(upkeep: StoreUpkeep): readonly JobKind[] {
  return [
    upkeepJob(collectionJobKind, async ({ dryRun = false, graceSeconds }: CollectionRequest, context) => {
      const graceMs = graceSeconds === undefined ? undefined : graceSeconds * 1000;
      return upkeep.collect({ dryRun, graceMs, ...followedBy(context) });
    }),
    upkeepJob(verificationJobKind, async ({ read = false }: VerificationRequest, context) =>
      upkeep.verify({ read, ...followedBy(context) }),
    ),
  ];
}

function upkeepJob<Input>(name: string, work: (input: Input, context: StepContext) => Promise<object>): JobKind {
  return {
    name,
    // Rows of these kinds are inserted by `startUpkeep` alone, with the bodies that the contract checked; reports are plain JSON.
    steps: [{ name: "run", run: async (context) => (await work(context.input as Input, context)) as Json }],
    describeError,
  };
}

function followedBy({ signal, progress }: StepContext): { signal: AbortSignal; onProgress: StepContext["progress"] } {
  return { signal, onProgress: (done) => progress({ ...done }) };
}

/** Only administrators see these jobs, so the store's own words may be told. */
function describeError(error: unknown): JobError {
  return isStoreError(error)
    ? { code: error.code, message: error.message }
    : { code: "upkeep.failed", message: "It failed unexpectedly. The log has the reason under the id of the job." };
}
