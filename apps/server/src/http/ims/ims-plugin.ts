import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import { answerImsError } from "./answer-ims-error.ts";
import { addImageRoutes } from "./image-routes.ts";
import type { ImsServices } from "./ims-services.ts";
import { addJobRoutes } from "./job-routes.ts";
import { readBody } from "./read-body.ts";
import { addTransferRoutes } from "./transfer-routes.ts";

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
    app.addHook("preValidation", services.requirePrincipal);
    app.addHook("preValidation", async (request) => {
      if (request.routeOptions.schema?.body !== undefined) {
        request.body = readBody(typeof request.body === "string" ? request.body : "");
      }
    });
    addImageRoutes(app, services);
    addTransferRoutes(app, services);
    addJobRoutes(app, services);
  };
}
