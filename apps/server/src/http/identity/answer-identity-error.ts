import { STATUS_CODES } from "node:http";
import type { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { logFailure } from "../../observability/log-failure.ts";
import { refusalOf } from "../ops/refusal-of.ts";

/** Answers what a call threw in Keystone's shape. What is no refusal is a fault of ours: 500, and everything about it in the log. */
export async function answerIdentityError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refusalOf(error, request);
  const { status, message } = refusal;
  logFailure(request.log, status, { err: error }, "A call of identity failed");
  if (status === 401) {
    reply.header("www-authenticate", `Keystone uri="${request.protocol}://${request.host}/v3"`);
  }
  const body: IdentityErrorBody = { error: { code: status, title: STATUS_CODES[status] ?? "Error", message } };
  return await reply.code(status).type("application/json").send(body);
}
