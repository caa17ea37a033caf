import { ServiceError } from "@tintype/contract/service-error.ts";
import { answerInHuaweiWords } from "../answer-in-huawei-words.ts";

/** Fields that have a code of their own. */
const fields: Readonly<Record<string, (problem: string) => ServiceError>> = {
  action: () => new ServiceError("TMS.0011"),
  tags: (problem) => new ServiceError("TMS.0013", { problem }),
  limit: () => new ServiceError("TMS.0007"),
  offset: () => new ServiceError("TMS.0017"),
};

/** Answers what a call threw as TMS does: `{error_code, error_msg}`. */
export const answerTmsError = answerInHuaweiWords({
  service: "TMS",
  body: ({ code, message }) => ({ error_code: code, error_msg: message }),
  misfit({ field, problem }) {
    const specific = Object.hasOwn(fields, field) ? fields[field] : undefined;
    return specific?.(problem) ?? new ServiceError("TMS.0002", { problem: `${field === "" ? "the body" : field} ${problem}` });
  },
  unreadable: (problem, cause) => new ServiceError("TMS.0002", { problem }, { cause }),
  failure: (cause) => new ServiceError("TMS.0001", { problem: "an unexpected error" }, { cause }),
});
