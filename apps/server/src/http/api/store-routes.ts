import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Job } from "@tintype/contract/api/job.ts";
import { CatalogBackup, CollectionRequest, ImageWeight, StoreStats, VerificationRequest } from "@tintype/contract/api/store.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import type { Catalog } from "../../ports/catalog.ts";
import type { ImageId } from "../../ports/ids.ts";
import { startUpkeep } from "../../upkeep/start-upkeep.ts";
import type { StartUpkeepDeps } from "../../upkeep/start-upkeep.ts";
import type { StoreUpkeep } from "../../upkeep/store-upkeep.ts";
import { collectionJobKind, verificationJobKind } from "../../upkeep/upkeep-jobs.ts";
import { toApiJob } from "./to-api-job.ts";

const tags = ["store"];

/** What these routes work with. */
export interface StoreServices extends StartUpkeepDeps {
  readonly catalog: Pick<Catalog, "jobs" | "images">;
  readonly upkeep: StoreUpkeep;
}

/** Looks after the store; for administrators. */
export function addStoreRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: StoreServices): void {
  app.get(
    "/api/v1/store",
    {
      config: { access: ["tintype:store:get"] },
      schema: { operationId: "showStore", summary: "What the store holds", tags, response: { 200: StoreStats, "4xx": ProblemBody } },
    },
    async () => await services.upkeep.stats(),
  );
  app.get(
    "/api/v1/store/images/:image_id",
    {
      // For operators alone: it tells whether others have the same content.
      config: { access: ["tintype:store:get"] },
      schema: {
        operationId: "weighImage",
        summary: "What an image takes, and what deleting it would free",
        tags,
        params: Type.Object({ image_id: Type.String() }),
        response: { 200: ImageWeight, "4xx": ProblemBody },
      },
    },
    async ({ params: { image_id: id } }) => {
      const image = await services.catalog.images.get(id as ImageId);
      if (image === undefined) {
        throw new ServiceError("api.imageNotFound", { id });
      }
      return await services.upkeep.weigh(image);
    },
  );
  app.post(
    "/api/v1/store/collections",
    {
      config: { access: ["tintype:store:maintain"], trace: { service: "Tintype", resourceType: "store", name: "collectStore" } },
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
      config: { access: ["tintype:store:maintain"], trace: { service: "Tintype", resourceType: "store", name: "verifyStore" } },
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
      config: { access: ["tintype:store:maintain"], trace: { service: "Tintype", resourceType: "store", name: "backUpCatalog" } },
      schema: {
        operationId: "backUpCatalog",
        summary: "Copy the catalog while it is in use",
        tags,
        response: { 200: CatalogBackup, "4xx": ProblemBody },
      },
    },
    async () => ({ place: await services.upkeep.backUp() }),
  );
}
