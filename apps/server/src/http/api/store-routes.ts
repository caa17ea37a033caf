import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Job } from "@tintype/contract/api/job.ts";
import { CatalogBackup, CollectionRequest, StoreStats, VerificationRequest } from "@tintype/contract/api/store.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { operatorsProject, startUpkeep } from "../../upkeep/start-upkeep.ts";
import type { StartUpkeepDeps } from "../../upkeep/start-upkeep.ts";
import type { StoreUpkeep } from "../../upkeep/store-upkeep.ts";
import { collectionJobKind, verificationJobKind } from "../../upkeep/upkeep-jobs.ts";
import { toApiJob } from "./to-api-job.ts";

const tags = ["store"];

/** What these routes work with. */
export interface StoreServices extends StartUpkeepDeps {
  readonly upkeep: StoreUpkeep;
}

/** Looks after the store; for administrators. */
export function addStoreRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: StoreServices): void {
  app.get(
    "/api/v1/store",
    { schema: { operationId: "showStore", summary: "What the store holds", tags, response: { 200: StoreStats, "4xx": ProblemBody } } },
    async ({ principal }) => {
      operatorsProject(principal);
      return await services.upkeep.stats();
    },
  );
  app.post(
    "/api/v1/store/collections",
    {
      schema: {
        operationId: "collectStore",
        summary: "Free the space of chunks that nobody uses",
        tags,
        body: CollectionRequest,
        response: { 202: Job, "4xx": ProblemBody },
      },
    },
    async ({ principal, body }, reply) =>
      await reply.code(202).send(toApiJob(await startUpkeep(services, principal, { kind: collectionJobKind, input: { ...body } }))),
  );
  app.post(
    "/api/v1/store/verifications",
    {
      schema: {
        operationId: "verifyStore",
        summary: "Check the store, every byte of it if wanted",
        tags,
        body: VerificationRequest,
        response: { 202: Job, "4xx": ProblemBody },
      },
    },
    async ({ principal, body }, reply) =>
      await reply.code(202).send(toApiJob(await startUpkeep(services, principal, { kind: verificationJobKind, input: { ...body } }))),
  );
  app.post(
    "/api/v1/store/backups",
    {
      schema: {
        operationId: "backUpCatalog",
        summary: "Copy the catalog while it is in use",
        tags,
        response: { 200: CatalogBackup, "4xx": ProblemBody },
      },
    },
    async ({ principal }) => {
      operatorsProject(principal);
      return { place: await services.upkeep.backUp() };
    },
  );
}
