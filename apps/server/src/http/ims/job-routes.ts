import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { ImageQuotaAnswer } from "@tintype/contract/ims/image-quota.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ImsJob } from "@tintype/contract/ims/ims-job.ts";
import { imageQuota } from "../../quotas/image-quota.ts";
import { findJob } from "../../transfers/find-job.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { toImsJob, toImsJobProgress } from "./to-ims-job.ts";

/** Bounds that IMS names beside the quota; here the operator's setting is the only one. */
const quotaBounds = { min: 1, max: 1_000_000 };

/** Shows jobs in both ways of IMS, and the quota. */
export function addJobRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v1/:project_id/jobs/:job_id",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "showJob",
        summary: "Show a task",
        tags: ["jobs"],
        params: Type.Object({ project_id: Type.String(), job_id: Type.String() }),
        response: { 200: ImsJob, "4xx": ImsError },
      },
    },
    async (request) => {
      const { principal, params } = request;
      if (params.project_id !== principal.project?.id) {
        throw new ServiceError("IMG.0030");
      }
      return toImsJob(known(await findJob(services, principal, params.job_id), params.job_id));
    },
  );
  app.get(
    "/v1/cloudimages/job/:job_id",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "showJobProgress",
        summary: "Show how far a task is",
        tags: ["jobs"],
        params: Type.Object({ job_id: Type.String() }),
        response: { 200: ImsJob, "4xx": ImsError },
      },
    },
    async ({ principal, params }) => toImsJobProgress(known(await findJob(services, principal, params.job_id), params.job_id)),
  );
  app.get(
    "/v1/cloudimages/quota",
    {
      config: { access: ["ims:quotas:get"] },
      schema: {
        operationId: "showImageQuota",
        summary: "Show the image quota",
        tags: ["images"],
        response: { 200: ImageQuotaAnswer, "4xx": ImsError },
      },
    },
    async (request) => {
      const { used, limit, mostMembers, memberLimit } = await imageQuota(services, request.principal);
      const images = { type: "image" as const, used, quota: limit, ...quotaBounds };
      const members = { type: "image_member" as const, used: mostMembers, quota: memberLimit, ...quotaBounds };
      return { quotas: { resources: [images, members] } };
    },
  );
}

function known(job: JobRecord | undefined, id: string): JobRecord {
  if (job === undefined) {
    throw new ServiceError("IMG.0023", { id });
  }
  return job;
}
