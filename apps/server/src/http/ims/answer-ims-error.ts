import { ServiceError } from "@tintype/contract/service-error.ts";
import { serviceFailed } from "../../transfers/service-failed.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";
import { misfitError } from "./misfit-error.ts";

/** Answers what a call threw as IMS does: `{error: {code, message}}`. */
export const answerImsError = answerInHuaweiWords({
  service: "IMS",
  body: ({ code, message }) => ({ error: { code, message } }),
  misfit: misfitError,
  unreadable: (problem, cause) => new ServiceError("IMG.0001", { problem }, { cause }),
  failure: (cause) => serviceFailed(cause, { en: "an unexpected error", zh: "未知错误" }),
});
