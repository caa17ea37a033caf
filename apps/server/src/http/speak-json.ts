import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest, preValidationAsyncHookHandler } from "fastify";
import { guardRoutes } from "./authentication/guard-routes.ts";

/** What differs between the dialects that speak so. */
export interface JsonSpeech {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
  /** Refuses a caller with enough rights for another reason. */
  admit?(request: FastifyRequest): void;
  /** What the text of a body means, for a route with this schema for it. The text is empty where there is no body. */
  readBody(text: string, schema: unknown): unknown;
}

/**
 * Sets up a dialect whose callers are known, and whose bodies are JSON whatever type they are said to be: clients name several for the same,
 * and one for an empty body. So bodies are read as text, and as JSON where the route has a schema for them.
 */
export function speakJson(app: Parameters<FastifyPluginAsyncTypebox>[0], { requirePrincipal, admit, readBody }: JsonSpeech): void {
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
    admit?.(request);
    const schema = request.routeOptions.schema?.body;
    if (schema !== undefined) {
      request.body = readBody(typeof request.body === "string" ? request.body : "", schema);
    }
  });
}
