import { ServiceError, errorTable, isServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorDescriptor } from "@tintype/contract/service-error.ts";
import type { ProblemBody } from "@tintype/contract/ops/health.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

/** Answers what a call threw as a problem (RFC 9457). What is no refusal is a fault of ours: 500, and everything about it in the log. */
export async function answerProblem(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  if (refusal.status >= 500) {
    request.log.error({ err: error }, "A call of the API failed");
  }
  const { en }: ErrorDescriptor = errorTable[refusal.code];
  const problem: ProblemBody = {
    type: "about:blank",
    title: en,
    status: refusal.status,
    detail: refusal.message,
    code: refusal.code,
    request_id: request.id,
  };
  return await reply.code(refusal.status).type("application/problem+json").send(problem);
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const isRefusal = error.validation !== undefined || (error.statusCode !== undefined && error.statusCode < 500);
  return isRefusal
    ? new ServiceError("ops.invalidRequest", { reason: error.message }, { cause: error })
    : new ServiceError("ops.internal", { requestId: request.id }, { cause: error });
}
