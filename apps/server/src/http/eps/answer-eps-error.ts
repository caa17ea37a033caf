import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";

/** Fields that have a code of their own. */
const fields: Readonly<Record<string, () => ServiceError>> = {
  name: () => new ServiceError("EPS.0007"),
  description: () => new ServiceError("EPS.0008"),
  action: () => new ServiceError("EPS.0013"),
  limit: () => new ServiceError("EPS.0017"),
  offset: () => new ServiceError("EPS.0018"),
};

/** Answers what a call threw as EPS does: `{error: {error_code, error_msg}}`. */
export const answerEpsError = answerInHuaweiWords({
  service: "EPS",
  body: ({ code, message }) => ({ error: { error_code: code, error_msg: message } }),
  misfit({ field, problem }) {
    const specific = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return specific?.() ?? new ServiceError("EPS.0002", { problem: `${field === "" ? "the body" : field} ${problem}` });
  },
  unreadable: (problem, cause) => new ServiceError("EPS.0002", { problem }, { cause }),
  failure: (cause) => new ServiceError("EPS.0001", { problem: "an unexpected error" }, { cause }),
});
