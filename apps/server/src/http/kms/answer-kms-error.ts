import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";
import { misfitError } from "./misfit-error.ts";

/** Answers what a call threw as KMS does: `{error: {error_code, error_msg}}`. */
export const answerKmsError = answerInHuaweiWords({
  service: "KMS",
  body: ({ code, message }) => ({ error: { error_code: code, error_msg: message } }),
  misfit: misfitError,
  unreadable: (problem, cause) => new ServiceError("KMS.0308", { field: "the request", problem }, { cause }),
  tooLarge: (limitBytes, cause) => new ServiceError("KMS.0203", { limitBytes }, { cause }),
  failure: (cause) => new ServiceError("KMS.0101", { problem: "an unexpected error" }, { cause }),
});
