import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest } from "fastify";
import { guardRoutes } from "../authentication/guard-routes.ts";
import { answerKmsError } from "./answer-kms-error.ts";
import { addDataKeyRoutes } from "./data-key-routes.ts";
import { addKeyChangeRoutes } from "./key-change-routes.ts";
import { addKeyRoutes } from "./key-routes.ts";
import type { KmsServices } from "./kms-services.ts";

/** The KMS dialect: the calls of Huawei Cloud KMS v1.0 that images need, for its unmodified clients. */
export function kmsPlugin(services: KmsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    // Schemas describe answers, tests hold them to it; a serializer that follows a schema would drop or change what does not fit.
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerKmsError);
    // Clients name several types for the same JSON.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return body.toString();
    });
    guardRoutes(app, services.requirePrincipal);
    app.addHook("preValidation", async (request) => {
      requireOwnProject(request);
      request.body = readBody(request.body);
    });
    // Data keys are secrets: no cache keeps them.
    app.addHook("onSend", async (_request, reply) => void reply.header("cache-control", "no-store"));
    addKeyRoutes(app, services);
    addKeyChangeRoutes(app, services);
    addDataKeyRoutes(app, services);
  };
}

/** Throws  identity.projectRequired, KMS.0321 */
function requireOwnProject({ principal, params }: FastifyRequest): void {
  if (principal.project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  // The routes' parameters are those of `kmsParams`.
  if ((params as { readonly project_id: string }).project_id !== principal.project.id) {
    throw new ServiceError("KMS.0321");
  }
}

/** An empty body is an empty object: `list-keys` needs nothing. Throws  KMS.0202 */
function readBody(body: unknown): object {
  const text = typeof body === "string" && body.trim() !== "" ? body : "{}";
  const value = parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("KMS.0202", { problem: "it is another value" });
  }
  // Null counts as not set: clients send it for what they have no value for.
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's words would quote the body, which may hold a data key.
    throw new ServiceError("KMS.0202", { problem: "it cannot be parsed" }, { cause: error });
  }
}
