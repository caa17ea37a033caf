import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyRequest } from "fastify";
import { readJsonObject } from "../read-json-object.ts";
import { requireSameProject } from "../require-same-project.ts";
import { speakJson } from "../speak-json.ts";
import { answerKmsError } from "./answer-kms-error.ts";
import { addDataKeyRoutes } from "./data-key-routes.ts";
import { addKeyChangeRoutes } from "./key-change-routes.ts";
import { addKeyRoutes } from "./key-routes.ts";
import type { KmsServices } from "./kms-services.ts";

/** The KMS dialect: the calls of Huawei Cloud KMS v1.0 that images need, for its unmodified clients. */
export function kmsPlugin(services: KmsServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    speakJson(app, { requirePrincipal: services.requirePrincipal, admit: requireOwnProject, readBody });
    app.setErrorHandler(answerKmsError);
    // Data keys are secrets: no cache keeps them.
    app.addHook("onSend", async (_request, reply) => void reply.header("cache-control", "no-store"));
    addKeyRoutes(app, services);
    addKeyChangeRoutes(app, services);
    addDataKeyRoutes(app, services);
  };
}

/** Throws  identity.projectRequired, KMS.0321 */
function requireOwnProject({ principal, params }: FastifyRequest): void {
  // The routes' parameters are those of `kmsParams`.
  requireSameProject(principal, (params as { readonly project_id: string }).project_id, "KMS.0321");
}

/** An empty body is an empty object: `list-keys` needs nothing. Throws  KMS.0202 */
function readBody(text: string): object {
  return readJsonObject(text.trim() === "" ? "{}" : text, (_, cause) => {
    const problem = cause === undefined ? "it is another value" : "it cannot be parsed";
    return new ServiceError("KMS.0202", { problem }, { cause });
  });
}
