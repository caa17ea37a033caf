import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { speakJson } from "../speak-json.ts";
import { answerImsError } from "./answer-ims-error.ts";
import { addCopyRoutes } from "./copy-routes.ts";
import { addExportRoutes } from "./export-routes.ts";
import { addImageRoutes } from "./image-routes.ts";
import { addImportRoutes } from "./import-routes.ts";
import type { ImsServices } from "./ims-services.ts";
import { addJobRoutes } from "./job-routes.ts";
import { addNativeImageRoutes } from "./native-image-routes.ts";
import { addMemberRoutes } from "./member-routes.ts";
import { addOldImageRoutes } from "./old-image-routes.ts";
import { addOsVersionRoutes } from "./os-version-routes.ts";
import { readBody } from "./read-body.ts";
import { addSchemaRoutes } from "./schema-routes.ts";
import { addTagQueryRoutes } from "./tag-query-routes.ts";
import { addTagRoutes } from "./tag-routes.ts";
import { addUploadRoutes } from "./upload-routes.ts";
import { addVersionRoutes } from "./version-routes.ts";

/** The IMS dialect: the calls of Huawei Cloud IMS that this version has, for its unmodified clients. */
export function imsPlugin(services: ImsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    speakJson(app, { requirePrincipal: services.requirePrincipal, readBody });
    app.setErrorHandler(answerImsError);
    addImageRoutes(app, services);
    addImportRoutes(app, services);
    addUploadRoutes(app, services);
    addNativeImageRoutes(app, services);
    addExportRoutes(app, services);
    addCopyRoutes(app, services);
    addJobRoutes(app, services);
    addMemberRoutes(app, services);
    addTagRoutes(app, services);
    addTagQueryRoutes(app, services);
    addOldImageRoutes(app, services);
    addOsVersionRoutes(app, services);
    addSchemaRoutes(app);
    addVersionRoutes(app);
  };
}
