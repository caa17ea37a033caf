import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { preValidationAsyncHookHandler } from "fastify";
import type { CancelJobDeps } from "../../transfers/cancel-job.ts";
import { answerProblem } from "../ops/answer-problem.ts";
import { addJobRoutes } from "./job-routes.ts";

/** What our own API works with. */
export interface ApiServices extends CancelJobDeps {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}

/** Our own API: what the dialects of others have no words for. */
export function apiPlugin(services: ApiServices): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerProblem);
    app.addHook("preValidation", services.requirePrincipal);
    addJobRoutes(app, services);
  };
}
