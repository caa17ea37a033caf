import { Jobs } from "@tintype/client/jobs.ts";
import type { Session } from "@tintype/client/session/session.ts";
import { Store } from "@tintype/client/store.ts";
import type { Job } from "@tintype/contract/api/job.ts";
import type { CollectionReport, VerificationReport } from "@tintype/contract/api/store.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import type { ProgressLine } from "../../output/progress-line.ts";
import { followJob } from "../job/follow-job.ts";
import { cancelPolitely } from "../job/cancel-politely.ts";
import type { Upkeep } from "./upkeep.ts";

/** Upkeep through the server that holds the store. What takes long is a job there; Ctrl-C cancels it. */
export function serverUpkeep(context: CliContext, session: Session): Upkeep {
  const [store, jobs] = [new Store(session), new Jobs(session)];
  const { signal } = context;
  const resultOf = async (started: Promise<Job>, progress: ProgressLine): Promise<unknown> => {
    const { id } = await started;
    try {
      return (await followJob(context, jobs, id, progress)).result;
    } catch (error) {
      throw signal.aborted && error === signal.reason
        ? new CancelledError(await cancelPolitely(context, jobs, id), { cause: error })
        : error;
    }
  };
  return {
    stats: async () => store.stats({ signal }),
    // The results of these jobs are what the contract says.
    collect: async (request, progress) => (await resultOf(store.collect(request, { signal }), progress)) as CollectionReport,
    verify: async (request, progress) => (await resultOf(store.verify(request, { signal }), progress)) as VerificationReport,
    backUp: async () => store.backUp({ signal }),
    [Symbol.asyncDispose]: async () => {},
  };
}
