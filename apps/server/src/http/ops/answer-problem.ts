import { STATUS_CODES } from "node:http";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { logFailure } from "../../observability/log-failure.ts";
import { refusalOf } from "./refusal-of.ts";

/** Answers what a call threw as a problem (RFC 9457). What is no refusal is a fault of ours: 500, and everything about it in the log. */
export async function answerProblem(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  logFailure(request.log, refusal.status, { err: error }, "A call of the API failed");
  const problem: ProblemBody = {
    type: "about:blank",
    // RFC 9457 §4.2.1: of the type "about:blank", it is the status in words.
    title: STATUS_CODES[refusal.status] ?? "Error",
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    request_id: request.id,
  };
  return await reply.code(refusal.status).type("application/problem+json").send(problem);
}
