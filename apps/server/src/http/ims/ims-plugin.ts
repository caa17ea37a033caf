import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { guardRoutes } from "../authentication/guard-routes.ts";
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
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    // Schemas describe answers, tests hold them to it; a serializer that follows a schema would drop or change what does not fit.
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerImsError);
    // Clients name several types for the same JSON, and one for an empty body: bodies are read as text, and as JSON where one is wanted.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return body.toString();
    });
    guardRoutes(app, services.requirePrincipal);
    app.addHook("preValidation", async (request) => {
      if (request.routeOptions.schema?.body !== undefined) {
        request.body = readBody(typeof request.body === "string" ? request.body : "");
      }
    });
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
