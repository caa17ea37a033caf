import { STATUS_CODES } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { logFailure } from "../../observability/log-failure.ts";
import { refusalOf } from "../ops/refusal-of.ts";

/** Codes of shared use cases that this API answers with another status than their own. */
const statuses: Partial<Readonly<Record<ErrorCode, number>>> = {
  // Every quota is a 413 here.
  "IMG.0015": 413,
  "IMG.0060": 413,
};

/**
 * Answers what a call threw as Glance does: as JSON to clients that say they read it, as text to those that say they read something else (the
 * glance command takes anything, and stumbles over an error in JSON), and never as a page of HTML, which could repeat what a client sent. What
 * is no refusal is a fault of ours: 500, and everything about it in the log.
 */
export async function answerImageError(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = misfitOf(error) ?? refusalOf(error, request);
  const status = statuses[refusal.code] ?? refusal.status;
  logFailure(request.log, status, { err: error }, "A call of the Image API failed");
  if (refusal.code === "image.methodNotAllowed") {
    reply.header("allow", refusal.data["allowed"]);
  }
  if (refusal.code === "image.rangeNotSatisfiable") {
    reply.header("content-range", `bytes */${refusal.data["sizeBytes"]}`);
  }
  const title = STATUS_CODES[status] ?? "Error";
  const body: ImageV2Error = { message: refusal.message, code: `${status} ${title}`, title };
  reply.code(status);
  if (readsJson(request.headers)) {
    return await reply.type("application/json").send(body);
  }
  return await reply
    .type("text/plain; charset=utf-8")
    .header("x-content-type-options", "nosniff")
    .serializer(String)
    .send(`${body.code}\n\n${body.message}\n`);
}

/** The `glance` command, which takes anything, breaks off at JSON whose values are texts; openstacksdk takes anything too, and shows JSON alone. */
function readsJson({ accept = "", "user-agent": client = "" }: IncomingHttpHeaders): boolean {
  return accept.includes("json") || !client.startsWith("python-glanceclient");
}

/** A request that does not fit its schema: the first field that is wrong. */
function misfitOf(error: FastifyError | ServiceError): ServiceError | undefined {
  if (isServiceError(error)) {
    return undefined;
  }
  const [misfit] = error.validation ?? [];
  if (misfit === undefined) {
    return undefined;
  }
  const field = misfit.instancePath.slice(1).replaceAll("/", ".").slice(0, 100);
  const problem = problemOf(misfit);
  return error.validationContext === "querystring"
    ? new ServiceError("image.invalidQuery", { name: field, problem }, { cause: error })
    : new ServiceError("image.invalidBody", { problem: `${field === "" ? "it" : field} ${problem}` }, { cause: error });
}

/** What is wrong, in words; the validator does not say which values there are. */
function problemOf({ keyword, message, params }: NonNullable<FastifyError["validation"]>[number]): string {
  const values = keyword === "const" ? [params["allowedValue"]] : params["allowedValues"];
  if (Array.isArray(values)) {
    return `must be ${values.join(" or ")}`;
  }
  return message === "schema is false" ? "is not known" : (message ?? "does not fit");
}
