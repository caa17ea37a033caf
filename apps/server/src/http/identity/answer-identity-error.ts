import { STATUS_CODES } from "node:http";
import type { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import { isServiceError, ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";

/** Answers what a call threw in Keystone's shape. What is no refusal is a fault of ours: 500, and everything about it in the log. */
export async function answerIdentityError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  const { status, message } = refusal;
  if (status >= 500) {
    request.log.error({ err: error }, "A call of identity failed");
  }
  if (status === 401) {
    reply.header("www-authenticate", `Keystone uri="${request.protocol}://${request.host}/v3"`);
  }
  const body: IdentityErrorBody = { error: { code: status, title: STATUS_CODES[status] ?? "Error", message } };
  return await reply.code(status).type("application/json").send(body);
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
