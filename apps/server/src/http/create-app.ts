import Fastify, { LogController } from "fastify";
import type { FastifyBaseLogger, FastifyInstance, onRouteHookHandler } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { HttpMetrics } from "../observability/metrics.ts";
import type { Ids } from "../ports/ids.ts";
import type { TraceRecorder } from "../audit/trace-recorder.ts";
import { answerBrokenRequest } from "./answer-broken-request.ts";
import { answerByPath } from "./answer-by-path.ts";
import { traceCalls } from "./cts/trace-calls.ts";
import { toVersionPath } from "./image-v2/to-version-path.ts";
import { answerProblem } from "./ops/answer-problem.ts";
import { parseJson } from "./parse-json.ts";
import { overrideMethod } from "./tus/override-method.ts";
import { retryAfterSeconds } from "./ops/is-unavailable.ts";
import type { TlsFiles } from "./tls-files.ts";

/** What every part of the API shares. */
export interface AppOptions {
  readonly log: FastifyBaseLogger;
  readonly ids: Ids;
  readonly maxBodyBytes: number;
  readonly metrics: HttpMetrics;
  /** Keeps a trace of every call of the routes that say so. */
  readonly recorder?: TraceRecorder | undefined;
  /** Addresses of proxies, whose word about where a call came from is taken: with commas between them. None when it is empty. */
  readonly trustedProxies?: string | undefined;
  /** Absent where plain HTTP is spoken. */
  readonly tls?: TlsFiles | undefined;
  /** Hears of every route: for tests that are about all of them. */
  readonly onRoute?: onRouteHookHandler | undefined;
}

const clientRequestId = /^[\w.:-]{1,64}$/;

/**
 * Makes the HTTP application that the dialects are registered on: request ids, bodies, measurements, and what answers where no dialect does.
 *
 * Memory  a request's body, at most `maxBodyBytes`
 */
export function createApp(options: AppOptions): FastifyInstance {
  const { log, ids, maxBodyBytes, metrics, recorder, trustedProxies = "", tls, onRoute } = options;
  const app = Fastify({
    ...(tls !== undefined && { https: { ...tls } }),
    loggerInstance: log,
    trustProxy: trustedProxies === "" ? false : trustedProxies,
    // One line for an answered request is enough; it is written below.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    // Types are what they are: nothing is coerced, and nothing a client sent is dropped unseen.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
    genReqId: ({ headers }) => {
      const given = headers["x-openstack-request-id"] ?? headers["x-request-id"];
      return typeof given === "string" && clientRequestId.test(given) ? given : `req-${ids.uuid()}`;
    },
    // A request without an address is refused by what reads it.
    rewriteUrl: (request) => {
      overrideMethod(request);
      return toVersionPath(request.url ?? "", request.headers.accept);
    },
    // An address that cannot be read never reaches a hook.
    frameworkErrors: (error, request, reply) => {
      reply.header("x-request-id", request.id);
      void answerByPath(error, request, reply);
    },
    clientErrorHandler(error, socket) {
      void answerBrokenRequest(app, error, socket);
    },
    forceCloseConnections: "idle",
    // The longest is a native tag of 255 characters, which percent-encoding may make twelve times as long.
    routerOptions: { maxParamLength: 4096 },
  });
  // The principal is an object of each request; the prototype must not carry one.
  app.decorateRequest("principal");
  app.decorateRequest("traced");
  if (onRoute !== undefined) {
    app.addHook("onRoute", onRoute);
  }
  if (recorder !== undefined) {
    traceCalls(app, recorder);
  }
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id).header("x-openstack-request-id", request.id);
  });
  app.addHook("onSend", async (_request, reply) => {
    if (reply.statusCode === 503) {
      reply.header("retry-after", String(retryAfterSeconds));
    }
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
      done(null, parseJson(bytes.toString("utf8")));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(new ServiceError("ops.malformedJson", { reason }, { cause: error }), undefined);
    }
  });
}
