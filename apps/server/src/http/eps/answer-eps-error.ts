import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "../ops/is-unavailable.ts";

/** Fields that have a code of their own. */
const fields: Readonly<Record<string, () => ServiceError>> = {
  name: () => new ServiceError("EPS.0007"),
  description: () => new ServiceError("EPS.0008"),
  action: () => new ServiceError("EPS.0013"),
  limit: () => new ServiceError("EPS.0017"),
  offset: () => new ServiceError("EPS.0018"),
};

/**
 * Answers what a call threw as EPS does: `{error: {error_code, error_msg}}`, or Keystone's shape for refused credentials. What is no refusal is
 * a fault of ours: 500, and everything about it in the log.
 */
export async function answerEpsError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { code, message, status } = refusalOf(error, request);
  if (status >= 500) {
    request.log.error({ err: error }, "A call of EPS failed");
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
    const [, field = ""] = /^\/([^/]*)/.exec(misfit.instancePath) ?? [];
    const specific = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return (
      specific?.() ?? new ServiceError("EPS.0002", { problem: `${field === "" ? "the body" : field} ${misfit.message ?? "does not fit"}` })
    );
  }
  if (error.statusCode === 413) {
    return new ServiceError("ops.bodyTooLarge", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ServiceError("EPS.0002", { problem: error.message }, { cause: error });
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, { cause: error });
  }
  return new ServiceError("EPS.0001", { problem: "an unexpected error" }, { cause: error });
}
