import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { Job, ListJobsAnswer, ListJobsQuery } from "@tintype/contract/api/job.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { cancelJob } from "../../transfers/cancel-job.ts";
import { findJob } from "../../transfers/find-job.ts";
import { listJobs } from "../../transfers/list-jobs.ts";
import type { CancelJobDeps } from "../../transfers/cancel-job.ts";
import { readCursor, toCursor } from "./job-cursor.ts";
import { toApiJob } from "./to-api-job.ts";

const defaultLimit = 50;
const JobPath = Type.Object({ job_id: Type.String() });
const tags = ["jobs"];

/** Lists, shows and cancels jobs. */
export function addJobRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: CancelJobDeps): void {
  app.get(
    "/api/v1/jobs",
    {
      config: { access: ["ims:jobs:list"] },
      schema: {
        operationId: "listJobs",
        summary: "List jobs, newest first",
        tags,
        querystring: ListJobsQuery,
        response: { 200: ListJobsAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, query }) => {
      const { limit = defaultLimit, status, subjectId, cursor } = query;
      // One more than asked for tells whether there is a next page.
      const found = await listJobs(services, principal, {
        limit: limit + 1,
        ...(status !== undefined && { status: [status] }),
        ...(subjectId !== undefined && { subjectId }),
        ...(cursor !== undefined && { before: readCursor(cursor) }),
      });
      const jobs = found.slice(0, limit);
      const last = jobs.at(-1);
      return { jobs: jobs.map(toApiJob), ...(found.length > limit && last && { nextCursor: toCursor(last.id) }) };
    },
  );
  app.get(
    "/api/v1/jobs/:job_id",
    {
      config: { access: ["ims:jobs:list"] },
      schema: {
        operationId: "showJob",
        summary: "Show a job",
        tags,
        params: JobPath,
        response: { 200: Job, "4xx": ProblemBody },
      },
    },
    async ({ principal, params }) => {
      const job = await findJob(services, principal, params.job_id);
      if (job === undefined) {
        throw new ServiceError("api.jobNotFound", { id: params.job_id });
      }
      return toApiJob(job);
    },
  );
  app.post(
    "/api/v1/jobs/:job_id/cancel",
    {
      config: { access: ["ims:jobs:cancel"], trace: { service: "Tintype", resourceType: "job", name: "cancelJob" } },
      schema: {
        operationId: "cancelJob",
        summary: "Ask a job to stop and take back what it did",
        tags,
        params: JobPath,
        response: { 202: Job, "4xx": ProblemBody },
      },
    },
    async ({ principal, params }, reply) => {
      const answer = await cancelJob(services, principal, params.job_id);
      const job = await findJob(services, principal, params.job_id);
      if (answer === "unknown" || job === undefined) {
        throw new ServiceError("api.jobNotFound", { id: params.job_id });
      }
      if (answer === "finished") {
        throw new ServiceError("api.jobEnded", { id: job.id, status: job.status });
      }
      return await reply.code(202).send(toApiJob(job));
    },
  );
}
