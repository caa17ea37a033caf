import { STATUS_CODES } from "node:http";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { isUnavailable } from "./ops/is-unavailable.ts";

/** The first thing of a request that does not fit its schema. */
export interface Misfit {
  /** Of the body, or of the query. */
  readonly part: "body" | "query";
  readonly instancePath: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly problem: string;
}

/** What differs between the services that answer so. */
export interface ErrorWords {
  /** For the log. */
  readonly service: string;
  /** How a refusal lies in the answer: by itself, or as its member `error`. Keystone's shape is always such a member. */
  readonly place: "bare" | "error";
  misfit(misfit: Misfit, body: unknown): ServiceError;
  /** The refusal of a request that cannot be read. */
  unreadable(problem: string, cause: unknown): ServiceError;
  tooLarge?(limitBytes: number, cause: unknown): ServiceError;
  failure(cause: unknown): ServiceError;
}

type ErrorAnswer = (error: FastifyError | ServiceError, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/**
 * Answers what a call threw in the words of Huawei Cloud's services: `{error_code, error_msg}`, or Keystone's shape for refused credentials.
 * What is no refusal is a fault of ours: 500, or 503 when it may be gone later, and everything about it in the log.
 */
export function answerInHuaweiWords(words: ErrorWords): ErrorAnswer {
  return async (error, request, reply) => {
    const { code, message, status } = refusalOf(error, request, words);
    if (status >= 500) {
      request.log.error({ err: error }, `A call of ${words.service} failed`);
    }
    const body = { error_code: code, error_msg: message };
    if (code.startsWith("identity.")) {
      return await send(reply, status, { error: { code: status, title: STATUS_CODES[status] ?? "Error", message } });
    }
    return await send(reply, status, words.place === "bare" ? body : { error: body });
  };
}

async function send(reply: FastifyReply, status: number, body: object): Promise<FastifyReply> {
  return await reply.code(status).type("application/json").send(body);
}

function refusalOf(error: FastifyError | ServiceError, request: FastifyRequest, words: ErrorWords): ServiceError {
  if (isServiceError(error)) {
    return error;
  }
  const [found] = error.validation ?? [];
  if (found !== undefined) {
    const { instancePath, params, message = "does not fit" } = found;
    const part = error.validationContext === "querystring" ? "query" : "body";
    return words.misfit({ part, instancePath, params, problem: message }, request.body);
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

/** The field of the body that does not fit; empty for the body itself. */
export function misfitField({ instancePath }: Pick<Misfit, "instancePath">): string {
  return /^\/([^/]*)/.exec(instancePath)?.[1] ?? "";
}
