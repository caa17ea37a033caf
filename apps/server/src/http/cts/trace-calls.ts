import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { parseSdkHmacAuthorization } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import type { TraceRecorder } from "../../audit/trace-recorder.ts";
import type { AnsweredCall, TraceWords, TracedCall } from "../../audit/traced-call.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What a handler tells the audit trail about its call. */
    traced: TracedCall | undefined;
  }
}

/**
 * Makes every route of the application that is registered after this call and has `config.trace` leave one trace for each of its calls, done
 * or refused, by whatever refused it. The trace is durable before the answer leaves: it is written by the last hook before that. Routes
 * without `config.trace` get no hooks, and pay nothing.
 */
export function traceCalls(app: FastifyInstance, recorder: TraceRecorder): void {
  app.addHook("onRoute", (route) => {
    const words = route.config?.trace;
    if (words === undefined) {
      return;
    }
    const answers = new WeakMap<FastifyRequest, unknown>();
    const addresses = new WeakMap<FastifyRequest, string>();
    const traced = new WeakSet<FastifyRequest>();
    route.onRequest = [
      ...hooksOf(route.onRequest),
      async (request: FastifyRequest) => {
        // A sender that leaves takes its address along.
        addresses.set(request, request.ip);
      },
    ];
    route.preSerialization = [
      ...hooksOf(route.preSerialization),
      async (request: FastifyRequest, _reply: FastifyReply, answer: unknown) => {
        answers.set(request, answer);
        return answer;
      },
    ];
    route.onSend = [
      ...hooksOf(route.onSend),
      async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
        // A failure while sending sends again.
        if (!traced.has(request)) {
          traced.add(request);
          const [answer, sourceIp = ""] = [answers.get(request), addresses.get(request)];
          await recorder.recordCall(answeredCall(words, request, { status: reply.statusCode, answer, sourceIp }));
        }
        return payload;
      },
    ];
  });
}

function hooksOf<H>(hooks: H | H[] | undefined): H[] {
  if (hooks === undefined) {
    return [];
  }
  return Array.isArray(hooks) ? hooks : [hooks];
}

function answeredCall(
  words: TraceWords,
  request: FastifyRequest,
  result: Pick<AnsweredCall, "status" | "answer" | "sourceIp">,
): AnsweredCall {
  // The prototype carries none, whatever the type says: a call that was refused before has no principal.
  const principal = request.principal as AnsweredCall["principal"];
  return {
    words,
    principal,
    traced: request.traced,
    accessKeyId: principal?.method === "signature" ? parseSdkHmacAuthorization(request.headers.authorization ?? "")?.access : undefined,
    method: request.method,
    path: request.url.split("?", 1)[0] ?? "",
    // Parameters of a path are texts.
    pathParameters: request.params as Readonly<Record<string, string>>,
    body: request.body,
    ...result,
    requestId: request.id,
  };
}
