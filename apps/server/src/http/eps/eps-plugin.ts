import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { readJsonObject } from "../read-json-object.ts";
import type { Malformed } from "../read-json-object.ts";
import { speakJson } from "../speak-json.ts";
import { answerEpsError } from "./answer-eps-error.ts";
import { addEnterpriseProjectRoutes } from "./enterprise-project-routes.ts";
import type { EpsServices } from "./eps-services.ts";
import { addResourceRoutes } from "./resource-routes.ts";

/** The EPS dialect: the calls of Huawei Cloud EPS v1.0, with images as the resources, for its unmodified clients. */
export function epsPlugin(services: EpsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    const malformed: Malformed = (problem, cause) => new ServiceError("EPS.0002", { problem }, { cause });
    speakJson(app, { requirePrincipal: services.requirePrincipal, readBody: (text) => readJsonObject(text, malformed) });
    app.setErrorHandler(answerEpsError);
    addEnterpriseProjectRoutes(app, services);
    addResourceRoutes(app, services);
  };
}
