import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";

/** Answers what a call threw as CTS does: `{error_code, error_msg}`. */
export const answerCtsError = answerInHuaweiWords({
  service: "CTS",
  place: "bare",
  misfit({ part, instancePath, problem }) {
    const field = instancePath.slice(1).replaceAll("/", ".");
    return part === "query"
      ? new ServiceError("CTS.0300", { parameter: field, problem })
      : new ServiceError("CTS.0003", { problem: `${field === "" ? "the body" : field} ${problem}` });
  },
  unreadable: (problem, cause) => new ServiceError("CTS.0003", { problem }, { cause }),
  failure: (cause) => new ServiceError("CTS.0005", {}, { cause }),
});
