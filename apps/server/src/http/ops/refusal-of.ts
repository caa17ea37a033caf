import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyRequest } from "fastify";
import { isDamaged } from "../../transfers/is-damaged.ts";
import { isUnavailable } from "./is-unavailable.ts";

/**
 * What a call threw, as an error of ours: refusals of the HTTP layer get the code that says the same; a catalog or store that is out of reach is
 * `ops.unavailable`; damaged content is `ops.contentDamaged`; what else is no refusal is a fault of ours, `ops.internal`, which tells the caller nothing but the request id.
 */
export function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const cause = { cause: error };
  if (error.statusCode === 413) {
    return new ServiceError("ops.bodyTooLarge", { limitBytes: request.routeOptions.bodyLimit ?? 0 }, cause);
  }
  if (error.statusCode === 415) {
    return new ServiceError("ops.unsupportedMediaType", { contentType: (request.headers["content-type"] ?? "none").slice(0, 100) }, cause);
  }
  if (error.code === "FST_ERR_BAD_URL" || error.code === "FST_ERR_MAX_PARAM_LENGTH") {
    return new ServiceError("ops.malformedRequest", { reason: error.message.slice(0, 300) }, cause);
  }
  if (isDamaged(error)) {
    return new ServiceError("ops.contentDamaged", {}, cause);
  }
  if (isUnavailable(error)) {
    return new ServiceError("ops.unavailable", {}, cause);
  }
  const isRefusal = error.validation !== undefined || (error.statusCode !== undefined && error.statusCode < 500);
  return isRefusal
    ? new ServiceError("ops.invalidRequest", { reason: error.message }, cause)
    : new ServiceError("ops.internal", { requestId: request.id }, cause);
}
