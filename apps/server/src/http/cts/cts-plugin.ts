import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest } from "fastify";
import { readJsonObject } from "../read-json-object.ts";
import { requireSameProject } from "../require-same-project.ts";
import { speakJson } from "../speak-json.ts";
import { answerCtsError } from "./answer-cts-error.ts";
import type { CtsServices } from "./cts-services.ts";
import { addTraceRoutes } from "./trace-routes.ts";
import { addTrackerRoutes } from "./tracker-routes.ts";

/** The CTS dialect: the calls of Huawei Cloud CTS v3 about traces and the tracker of a project, for its unmodified clients. */
export function ctsPlugin(services: CtsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    speakJson(app, { requirePrincipal: services.requirePrincipal, admit: requireOwnProject, readBody });
    app.setErrorHandler(answerCtsError);
    addTraceRoutes(app, services);
    addTrackerRoutes(app, services);
  };
}

/** Throws  identity.projectRequired, CTS.0012 */
function requireOwnProject({ principal, params }: FastifyRequest): void {
  // Every call of CTS is below the caller's project.
  requireSameProject(principal, (params as { readonly project_id: string }).project_id, "CTS.0012");
}

/** Clients send null also in the objects of a body. Throws  CTS.0003 */
function readBody(text: string): object {
  return readJsonObject(text, (problem, cause) => new ServiceError("CTS.0003", { problem }, { cause }), 2);
}
