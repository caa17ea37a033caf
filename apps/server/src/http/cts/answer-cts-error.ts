import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";

/** Answers what a call threw as CTS does: `{error_code, error_msg}`. */
export const answerCtsError = answerInHuaweiWords({
  service: "CTS",
  body: ({ code, message }) => ({ error_code: code, error_msg: message }),
  misfit: ({ part, path, problem }) =>
    part === "query"
      ? new ServiceError("CTS.0300", { parameter: path, problem })
      : new ServiceError("CTS.0003", { problem: `${path === "" ? "the body" : path} ${problem}` }),
  unreadable: (problem, cause) => new ServiceError("CTS.0003", { problem }, { cause }),
  failure: (cause) => new ServiceError("CTS.0005", {}, { cause }),
});
