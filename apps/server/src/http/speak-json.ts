import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import { guardRoutes } from "./authentication/guard-routes.ts";
import type { FastifyRequest, preValidationAsyncHookHandler } from "fastify";

/** What differs between the dialects that speak so. */
export interface JsonSpeech {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
  /** The refusal of a body that is no JSON object. */
  malformed(problem: string, cause?: unknown): ServiceError;
}

/**
 * Sets up a dialect whose callers are known, and whose bodies are JSON objects whatever type they are said to be. A field that is null counts
 * as absent: clients send it for what is not set.
 */
export function speakJson(app: Parameters<FastifyPluginAsyncTypebox>[0], { requirePrincipal, malformed }: JsonSpeech): void {
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  // Schemas describe answers, tests hold them to it; a serializer that follows a schema would drop or change what does not fit.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
    request.rawBody = body;
    return body.toString();
  });
  guardRoutes(app, requirePrincipal);
  app.addHook("preValidation", async (request) => {
    if (request.routeOptions.schema?.body !== undefined) {
      request.body = readBody(request.body, malformed);
    }
  });
}

function readBody(body: unknown, malformed: JsonSpeech["malformed"]): object {
  const value = parse(typeof body === "string" ? body : "", malformed);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw malformed("the body is no JSON object");
  }
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

function parse(text: string, malformed: JsonSpeech["malformed"]): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(text.trim() === "" ? "there is no body" : "the body is no JSON", error);
  }
}
