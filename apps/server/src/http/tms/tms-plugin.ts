import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { readJsonObject } from "../read-json-object.ts";
import type { Malformed } from "../read-json-object.ts";
import { speakJson } from "../speak-json.ts";
import { answerTmsError } from "./answer-tms-error.ts";
import { addPredefinedTagRoutes } from "./predefined-tag-routes.ts";
import { addResourceTagRoutes } from "./resource-tag-routes.ts";
import type { TmsServices } from "./tms-services.ts";

/** The TMS dialect: the calls of Huawei Cloud TMS v1.0, with images as the resources, for its unmodified clients. */
export function tmsPlugin(services: TmsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    const malformed: Malformed = (problem, cause) => new ServiceError("TMS.0002", { problem }, { cause });
    speakJson(app, { requirePrincipal: services.requirePrincipal, readBody: (text) => readJsonObject(text, malformed) });
    app.setErrorHandler(answerTmsError);
    addPredefinedTagRoutes(app, services);
    addResourceTagRoutes(app, services);
  };
}
