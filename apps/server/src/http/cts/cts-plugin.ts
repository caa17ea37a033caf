import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest } from "fastify";
import { guardRoutes } from "../authentication/guard-routes.ts";
import { answerCtsError } from "./answer-cts-error.ts";
import type { CtsServices } from "./cts-services.ts";
import { addTraceRoutes } from "./trace-routes.ts";
import { addTrackerRoutes } from "./tracker-routes.ts";

/** The CTS dialect: the calls of Huawei Cloud CTS v3 about traces and the tracker of a project, for its unmodified clients. */
export function ctsPlugin(services: CtsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    // Schemas describe answers, tests hold them to it; a serializer that follows a schema would drop or change what does not fit.
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerCtsError);
    // Clients name several types for the same JSON.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return body.toString();
    });
    guardRoutes(app, services.requirePrincipal);
    app.addHook("preValidation", async (request) => {
      requireOwnProject(request);
      if (request.routeOptions.schema?.body !== undefined) {
        request.body = readBody(request.body);
      }
    });
    addTraceRoutes(app, services);
    addTrackerRoutes(app, services);
  };
}

/** Throws  identity.projectRequired, CTS.0012 */
function requireOwnProject({ principal, params }: FastifyRequest): void {
  if (principal.project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  // Every call of CTS is below the caller's project.
  if ((params as { readonly project_id: string }).project_id !== principal.project.id) {
    throw new ServiceError("CTS.0012");
  }
}

/** Null counts as not set, at the top and in the objects there: clients send it for what they have no value for. Throws  CTS.0003 */
function readBody(body: unknown): object {
  const value = parse(typeof body === "string" ? body : "");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("CTS.0003", { problem: "the body is not a JSON object" });
  }
  const set = Object.entries(withoutNulls(value)).map(([name, member]): [string, unknown] => {
    const isObject = typeof member === "object" && member !== null && !Array.isArray(member);
    return [name, isObject ? withoutNulls(member) : member];
  });
  return Object.fromEntries(set);
}

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ServiceError("CTS.0003", { problem: "the body is no JSON" }, { cause: error });
  }
}
