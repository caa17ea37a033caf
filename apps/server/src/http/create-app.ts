import Fastify, { LogController } from "fastify";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { HttpMetrics } from "../observability/metrics.ts";
import type { Ids } from "../ports/ids.ts";
import { answerByPath } from "./answer-by-path.ts";
import { answerProblem } from "./ops/answer-problem.ts";

/** What every part of the API shares. */
export interface AppOptions {
  readonly log: FastifyBaseLogger;
  readonly ids: Ids;
  readonly maxBodyBytes: number;
  readonly metrics: HttpMetrics;
}

const clientRequestId = /^[\w.:-]{1,64}$/;

/**
 * Makes the HTTP application that the dialects are registered on: request ids, bodies, measurements, and what answers where no dialect does.
 *
 * Memory  a request's body, at most `maxBodyBytes`
 */
export function createApp({ log, ids, maxBodyBytes, metrics }: AppOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    // One line for an answered request is enough; it is written below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    // Types are what they are: nothing is coerced, and nothing a client sent is dropped unseen.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
    genReqId: ({ headers }) => {
      const given = headers["x-openstack-request-id"] ?? headers["x-request-id"];
      return typeof given === "string" && clientRequestId.test(given) ? given : `req-${ids.uuid()}`;
    },
    // An address that cannot be read never reaches a hook.
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      void answerByPath(error, request, reply);
    },
    forceCloseConnections: "idle",
  });
  // The principal is an object of each request; the prototype must not carry one.
  app.decorateRequest("principal");
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("x-openstack-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method } = request;
    const [status, ms] = [reply.statusCode, reply.elapsedTime];
    metrics.observeRequest({ route: request.routeOptions.url ?? "none", method, status, seconds: ms / 1000 });
    request.log.info({ method, path: request.url.split("?")[0], status, ms: Math.round(ms) }, "Answered");
  });
  readBodiesAsJson(app);
  app.setErrorHandler(answerProblem);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    return answerByPath(new ServiceError("ops.routeNotFound", { method: request.method, path }), request, reply);
  });
  return app;
}

/** Keeps the bytes of a body beside what they mean. Some clients send a JSON content type with no body: that is no body. */
function readBodiesAsJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = Buffer.from(body);
    request.rawBody = bytes;
    if (bytes.length === 0) {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(bytes.toString("utf8")));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(new ServiceError("ops.malformedJson", { reason }, { cause: error }), undefined);
    }
  });
}
