import { ServiceError } from "@tintype/contract/service-error.ts";
import { isDamaged } from "./is-damaged.ts";

/**
 * A failure of ours as IMS tells it. Damage of what is stored is told as such, and that trying again does not help; of everything else
 * `problem` is told, which names nothing of the service's inside.
 */
export function serviceFailed(cause: unknown, problem: { readonly en: string; readonly zh: string }): ServiceError {
  const data = isDamaged(cause)
    ? {
        problemEn: "what it has stored of this content is damaged",
        problemZh: "所存储的该内容已损坏",
        remedyEn:
          "Trying again does not help. Importing or uploading the same file once more heals it; else ask the operator to restore it.",
        remedyZh: "重试无效。重新导入或上传相同的文件即可修复；否则请联系管理员恢复。",
      }
    : {
        problemEn: problem.en,
        problemZh: problem.zh,
        remedyEn: "Try again; if it happens again, tell the operator the request id.",
        remedyZh: "请重试；如再次出现，请将请求 ID 告知管理员。",
      };
  return new ServiceError("IMG.0061", data, { cause });
}
