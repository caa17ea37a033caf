import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "../ops/is-unavailable.ts";
import { misfitError } from "./misfit-error.ts";

/**
 * Answers what a call threw as KMS does: `{error: {error_code, error_msg}}`, or Keystone's shape for refused credentials. What is no refusal is a fault of
 * ours: 500, and everything about it in the log.
 */
export async function answerKmsError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  const { code, message, status } = refusal;
  if (status >= 500) {
    request.log.error({ err: error }, "A call of KMS failed");
  }
  const isIdentity = code.startsWith("identity.");
  const body = isIdentity ? { code: status, title: STATUS_CODES[status] ?? "Error", message } : { error_code: code, error_msg: message };
  return await reply.code(status).type("application/json").send({ error: body });
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const [misfit] = error.validation ?? [];
  if (misfit !== undefined) {
    return misfitError(misfit, request.body);
  }
  if (error.statusCode === 413) {
    return new ServiceError("KMS.0203", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ServiceError("KMS.0308", { field: "the request", problem: error.message }, { cause: error });
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, { cause: error });
  }
  return new ServiceError("KMS.0101", { problem: "an unexpected error" }, { cause: error });
}
