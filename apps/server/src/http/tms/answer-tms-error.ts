import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "../ops/is-unavailable.ts";

/** Fields that have a code of their own. */
const fields: Readonly<Record<string, (problem: string) => ServiceError>> = {
  action: () => new ServiceError("TMS.0011"),
  tags: (problem) => new ServiceError("TMS.0013", { problem }),
  limit: () => new ServiceError("TMS.0007"),
  offset: () => new ServiceError("TMS.0017"),
};

/**
 * Answers what a call threw as TMS does: `{error_code, error_msg}`, or Keystone's shape for refused credentials. What is no refusal is a fault
 * of ours: 500, and everything about it in the log.
 */
export async function answerTmsError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { code, message, status } = refusalOf(error, request);
  if (status >= 500) {
    request.log.error({ err: error }, "A call of TMS failed");
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
    const [, field = ""] = /^\/([^/]*)/.exec(misfit.instancePath) ?? [];
    const problem = misfit.message ?? "does not fit";
    const specific = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return specific?.(problem) ?? new ServiceError("TMS.0002", { problem: `${field === "" ? "the body" : field} ${problem}` });
  }
  if (error.statusCode === 413) {
    return new ServiceError("ops.bodyTooLarge", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ServiceError("TMS.0002", { problem: error.message }, { cause: error });
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, { cause: error });
  }
  return new ServiceError("TMS.0001", { problem: "an unexpected error" }, { cause: error });
}
