import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { tusVersion } from "@tintype/contract/tus/tus-protocol.ts";
import { ChunkSearches } from "../../uploads/chunk-searches.ts";
import { KnownChunks } from "../../uploads/known-chunks.ts";
import { UploadWriters } from "../../uploads/upload-writers.ts";
import { guardRoutes } from "../authentication/guard-routes.ts";
import { dropRest } from "../drop-rest.ts";
import { answerProblem } from "../ops/answer-problem.ts";
import { overriddenMethod } from "./override-method.ts";
import { addPushRoutes } from "./push-routes.ts";
import type { TusDeps, TusServices } from "./tus-services.ts";
import { addUploadRoutes } from "./upload-routes.ts";

/**
 * Resumable uploads: by the tus protocol, and what our own API adds to it. The application must let `overrideMethod` see its requests first.
 *
 * Source  tus resumable upload protocol 1.0.0
 */
export function tusPlugin(services: TusServices): FastifyPluginAsyncTypebox {
  const shared = { writers: new UploadWriters(services.clock), known: new KnownChunks(), searches: new ChunkSearches() };
  const deps = { ...services, ...shared };
  return async (app) => {
    await app.register(protocolPlugin(services, deps));
    await app.register(pushPlugin(services, deps));
  };
}

function pushPlugin({ requirePrincipal }: TusServices, deps: TusDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
    app.setErrorHandler(answerProblem);
    guardRoutes(app, requirePrincipal);
    addPushRoutes(app, deps);
  };
}

function protocolPlugin({ requirePrincipal }: TusServices, deps: TusDeps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.setValidatorCompiler(TypeBoxValidatorCompiler);
    app.setErrorHandler(answerTusError);
    app.removeAllContentTypeParsers();
    // Bodies are taken by the routes as they come.
    app.addContentTypeParser("*", (_request, _body, done) => done(null));
    app.addHook("onRequest", async (request, reply) => {
      if (request.method !== "OPTIONS") {
        reply.header("tus-resumable", tusVersion);
      }
      const method = overriddenMethod(request.raw);
      if (method !== undefined && method !== request.method) {
        throw new ServiceError("tus.methodUnsupported", { method: method.slice(0, 40) });
      }
    });
    guardRoutes(app, requirePrincipal);
    app.addHook("preValidation", async ({ method, headers }) => {
      if (method !== "OPTIONS" && headers["tus-resumable"] !== tusVersion) {
        throw new ServiceError("tus.versionUnsupported", { version: tusVersion });
      }
    });
    app.addHook("onSend", async ({ raw }) => dropRest(raw));
    addUploadRoutes(app, deps);
  };
}

async function answerTusError(
  error: Parameters<typeof answerProblem>[0],
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (error.code === "tus.versionUnsupported") {
    reply.header("tus-version", tusVersion);
  }
  if (error.code === "tus.checksumMismatch") {
    // The protocol's own status has no words in the tables of HTTP.
    reply.raw.statusMessage = "Checksum Mismatch";
  }
  const isFull = isStoreError(error) && error.code === "store.full";
  return await answerProblem(isFull ? new ServiceError("tus.storeFull", {}, { cause: error }) : error, request, reply);
}
