import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "../ops/is-unavailable.ts";

/**
 * Answers what a call threw as CTS does: `{error_code, error_msg}`, or Keystone's shape for refused credentials. What is no refusal is a
 * fault of ours: 500, and everything about it in the log.
 */
export async function answerCtsError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { code, message, status } = refusalOf(error, request);
  if (status >= 500) {
    request.log.error({ err: error }, "A call of CTS failed");
  }
  const isIdentity = code.startsWith("identity.");
  const body = isIdentity
    ? { error: { code: status, title: STATUS_CODES[status] ?? "Error", message } }
    : { error_code: code, error_msg: message };
  return await reply.code(status).type("application/json").send(body);
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const [misfit] = error.validation ?? [];
  if (misfit !== undefined) {
    const field = misfit.instancePath.slice(1).replaceAll("/", ".");
    const problem = misfit.message ?? "is not as it should be";
    return error.validationContext === "querystring"
      ? new ServiceError("CTS.0300", { parameter: field, problem }, { cause: error })
      : new ServiceError("CTS.0003", { problem: `${field === "" ? "the body" : field} ${problem}` }, { cause: error });
  }
  if (error.statusCode === 413) {
    return new ServiceError("ops.bodyTooLarge", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ServiceError("CTS.0003", { problem: error.message }, { cause: error });
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, { cause: error });
  }
  return new ServiceError("CTS.0005", {}, { cause: error });
}
