import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { preValidationAsyncHookHandler } from "fastify";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import type { ReloadableOsLists } from "../../os-lists/open-os-lists.ts";
import type { Catalog } from "../../ports/catalog.ts";
import type { KeyService } from "../../ports/key-service.ts";
import type { CancelJobDeps } from "../../transfers/cancel-job.ts";
import type { CheckImportDeps } from "../../transfers/check-import.ts";
import { guardRoutes } from "../authentication/guard-routes.ts";
import { answerProblem } from "../ops/answer-problem.ts";
import { addCapabilityRoutes } from "./capability-routes.ts";
import type { CapabilityServices } from "./capability-routes.ts";
import { addImageContentRoutes } from "./image-content-routes.ts";
import type { ImageContentServices } from "./image-content-routes.ts";
import { addImageCsvRoutes } from "./image-csv-routes.ts";
import type { ImageCsvServices } from "./image-csv-routes.ts";
import { addImportCheckRoutes } from "./import-check-routes.ts";
import { addJobRoutes } from "./job-routes.ts";
import { addOsListRoutes } from "./os-list-routes.ts";
import { addPublicImageRoutes } from "./public-image-routes.ts";
import { addRecycleBinRoutes } from "./recycle-bin-routes.ts";
import type { RecycleBinServices } from "./recycle-bin-routes.ts";
import { addSharingRoutes } from "./sharing-routes.ts";
import { addStoreRoutes } from "./store-routes.ts";
import type { StoreServices } from "./store-routes.ts";

/** What our own API works with. */
export interface ApiServices
  extends CancelJobDeps, CheckImportDeps, ImageContentServices, StoreServices, CapabilityServices, RecycleBinServices, ImageCsvServices {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
  readonly catalog: Catalog;
  readonly keys: KeyService;
  readonly osLists: ReloadableOsLists;
  readonly jobs: Pick<JobRunner, "cancel" | "dispatch">;
}

/** Our own API: what the dialects of others have no words for. */
export function apiPlugin(services: ApiServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerProblem);
    guardRoutes(app, services.requirePrincipal);
    addJobRoutes(app, services);
    addImageContentRoutes(app, services);
    addImageCsvRoutes(app, services);
    addStoreRoutes(app, services);
    addSharingRoutes(app, services);
    addCapabilityRoutes(app, services);
    addImportCheckRoutes(app, services);
    addRecycleBinRoutes(app, services);
    addPublicImageRoutes(app, services);
    addOsListRoutes(app, services);
  };
}
