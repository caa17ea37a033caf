import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { answerEpsError } from "./eps/answer-eps-error.ts";
import { answerIdentityError } from "./identity/answer-identity-error.ts";
import { answerImageError } from "./image-v2/answer-image-error.ts";
import { answerImsError } from "./ims/answer-ims-error.ts";
import { answerKmsError } from "./kms/answer-kms-error.ts";
import { answerProblem } from "./ops/answer-problem.ts";
import { answerTmsError } from "./tms/answer-tms-error.ts";

/** Answers a failure at an address that no dialect serves, in the words of the dialect whose addresses begin like it. */
export async function answerByPath(
  error: FastifyError | ServiceError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [, family = ""] = /^\/(v\d+(?:\.\d+)?)(?:[/?]|$)/.exec(request.url) ?? [];
  if (family === "v3" || family === "v3.0") {
    return await answerIdentityError(error, request, reply);
  }
  if (/^\/v1\.0\/[^/?]*\/kms(?:[/?]|$)/.test(request.url)) {
    return await answerKmsError(error, request, reply);
  }
  if (/^\/v1\.0\/enterprise-projects(?:[/?]|$)/.test(request.url)) {
    return await answerEpsError(error, request, reply);
  }
  if (/^\/v1\.0\/(?:predefine_tags|resource-tags|resource-instances)(?:[/?]|$)/.test(request.url)) {
    return await answerTmsError(error, request, reply);
  }
  if (/^\/image(?:[/?]|$)/.test(request.url)) {
    return await answerImageError(error, request, reply);
  }
  return await (family === "" ? answerProblem : answerImsError)(error, request, reply);
}
