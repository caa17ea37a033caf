import { createHash } from "node:crypto";
import type { JobKind } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { TraceRecord } from "../ports/trace-catalog.ts";
import { cleanText } from "./clean-text.ts";
import type { TraceRecorder } from "./trace-recorder.ts";

/** What tracing failed jobs needs. */
export interface FailedJobsDeps {
  readonly catalog: Pick<Catalog, "traces">;
  readonly clock: Clock;
  readonly recorder: TraceRecorder;
}

const longestMessage = 1024;

/**
 * Job kinds whose failures leave a trace: the call that started the job was answered long before. A job that was cancelled leaves none,
 * since the call that cancelled it does.
 */
export function tracingFailures(kinds: readonly JobKind[], deps: FailedJobsDeps): readonly JobKind[] {
  return kinds.map((kind) => ({
    ...kind,
    async onEnded(job) {
      await kind.onEnded?.(job);
      if (job.status === "failed") {
        await deps.recorder.record(await traceOfFailure(deps, job));
      }
    },
  }));
}

/** In the words of the call that started the job. It may not have its trace yet: then in those of the job. */
async function traceOfFailure({ catalog, clock }: FailedJobsDeps, job: JobRecord): Promise<TraceRecord> {
  const call = await catalog.traces.callOfJob(job.id);
  const { code = "", message = "" } = job.error ?? {};
  return {
    id: idOfFailure(job.id),
    // Job rows are inserted with the project of a principal.
    projectId: job.projectId as ProjectId,
    at: clock.now(),
    kind: "service",
    rating: "incident",
    service: call?.service ?? "IMS",
    resourceType: call?.resourceType ?? "ims",
    name: call?.name ?? job.kind,
    resourceId: job.subjectId ?? call?.resourceId ?? "",
    resourceName: call?.resourceName ?? "",
    user: call?.user,
    jobId: job.id,
    sourceIp: "",
    status: undefined,
    errorCode: code,
    request: "",
    response: "",
    message: cleanText(`Job ${job.id} failed: ${message}`, longestMessage),
    requestId: call?.requestId ?? "",
    apiVersion: "",
    location: "",
  };
}

/** The same for the same job, so that a failure that is told again after a crash is told once. */
function idOfFailure(jobId: string): string {
  const hex = createHash("sha256").update(`failure of job ${jobId}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
