import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "../ops/is-unavailable.ts";
import { misfitError } from "./misfit-error.ts";

const longestShownValue = 100;

/**
 * Answers what a call threw as IMS does: `{error: {code, message}}` with an IMG code, or Keystone's shape for refused credentials.
 * What is no refusal is a fault of ours: 500, and everything about it in the log.
 */
export async function answerImsError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  if (refusal.status >= 500) {
    request.log.error({ err: error }, "A call of IMS failed");
  }
  const { code, message, status } = refusal;
  const isIdentity = code.startsWith("identity.");
  const body = isIdentity ? { code: status, title: STATUS_CODES[status] ?? "Error", message } : { code, message };
  return await reply.code(status).type("application/json").send({ error: body });
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  if (error.validation !== undefined) {
    return misfitOf(error, request);
  }
  if (error.statusCode === 413) {
    return new ServiceError("ops.bodyTooLarge", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return new ServiceError("IMG.0001", { problem: error.message }, { cause: error });
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, { cause: error });
  }
  return new ServiceError("IMG.0061", { problem: "an unexpected error" }, { cause: error });
}

function misfitOf(error: FastifyError, request: FastifyRequest): ServiceError {
  const [first] = error.validation ?? [];
  const [, field = ""] = /^\/([^/]*)/.exec(first?.instancePath ?? "") ?? [];
  const part = error.validationContext === "querystring" ? "query" : "body";
  const whole: unknown = part === "query" ? request.query : request.body;
  const value: unknown = typeof whole === "object" && whole !== null ? Reflect.get(whole, field) : undefined;
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return misfitError({ part, field, value: shown.slice(0, longestShownValue), problem: first?.message ?? "is not as it should be" });
}
