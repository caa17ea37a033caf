import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from "fastify";
import { logFailure } from "../observability/log-failure.ts";
import { isUnavailable } from "./ops/is-unavailable.ts";

/** The first thing of a request that does not fit its schema. */
export interface Misfit {
  readonly part: "body" | "query";
  /** Name of the field or parameter; empty for the whole. */
  readonly field: string;
  /** Where in it: names and indexes, with dots between them. */
  readonly path: string;
  /** The field as it was sent, cut short. */
  readonly value: string;
  /** What else the validator knows. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** As the validator words it: `must be integer`. */
  readonly problem: string;
}

/** What differs between the services that answer so. */
export interface ErrorWords {
  /** For the log. */
  readonly service: string;
  /** The body of a refusal. */
  body(refusal: Pick<ServiceError, "code" | "message">): object;
  misfit(misfit: Misfit): ServiceError;
  /** The refusal of a request that cannot be read. */
  unreadable(problem: string, cause: unknown): ServiceError;
  tooLarge?(limitBytes: number, cause: unknown): ServiceError;
  failure(cause: unknown): ServiceError;
}

type ErrorAnswer = (error: FastifyError | ServiceError, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

const longestShownValue = 100;

/**
 * Answers what a call threw in the words of one of Huawei Cloud's services, or in Keystone's shape for refused credentials.
 * What is no refusal is a fault of ours: 500, or 503 when it may be gone later, and everything about it in the log.
 */
export function answerInHuaweiWords(words: ErrorWords): ErrorAnswer {
  return async (error, request, reply) => {
    const refusal = refusalOf(error, request, words);
    const { code, message, status } = refusal;
    logFailure(request.log, status, { err: error }, `A call of ${words.service} failed`);
    const body = code.startsWith("identity.")
      ? { error: { code: status, title: STATUS_CODES[status] ?? "Error", message } }
      : words.body(refusal);
    return await reply.code(status).type("application/json").send(body);
  };
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest, words: ErrorWords): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const [found] = error.validation ?? [];
  if (found !== undefined) {
    const part = error.validationContext === "querystring" ? "query" : "body";
    return words.misfit(misfitOf(found, part, part === "query" ? request.query : request.body));
  }
  if (error.statusCode === 413) {
    const limitBytes = request.routeOptions.bodyLimit ?? 0;
    return words.tooLarge?.(limitBytes, error) ?? new ServiceError("ops.bodyTooLarge", { limitBytes }, { cause: error });
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return words.unreadable(error.message, error);
  }
  return isUnavailable(error) ? new ServiceError("ops.unavailable", {}, { cause: error }) : words.failure(error);
}

function misfitOf(
  { instancePath, params, message = "does not fit" }: FastifySchemaValidationError,
  part: Misfit["part"],
  whole: unknown,
): Misfit {
  const path = instancePath.slice(1).replaceAll("/", ".");
  const [, field = ""] = /^\/([^/]*)/.exec(instancePath) ?? [];
  const value: unknown = typeof whole === "object" && whole !== null ? Reflect.get(whole, field) : undefined;
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return { part, field, path, value: shown.slice(0, longestShownValue), params, problem: message };
}
