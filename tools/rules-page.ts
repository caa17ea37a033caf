import type { Rule } from "@tintype/server/images/check-rules.ts";
import type { ImageOperation } from "@tintype/server/images/image-rules.table.ts";
import { flavorRules } from "@tintype/server/images/flavor-rules.table.ts";
import { imageKeyRules, originalKeyRules } from "@tintype/server/images/key-rules.table.ts";
import { operationRights, rightRules } from "@tintype/server/images/operation-rights.table.ts";
import { operationRules } from "@tintype/server/images/operation-rules.ts";
import type { ImageOperationName } from "@tintype/server/images/operation-rules.ts";
import { valueRules } from "@tintype/server/images/value-rules.table.ts";
import { imageQuotaRules, jobQuotaRules } from "@tintype/server/quotas/quota-rules.table.ts";
import { answerRules, recipientRules } from "@tintype/server/sharing/share-rules.table.ts";
import { exportRequestRules } from "@tintype/server/transfers/export-request-rules.table.ts";
import { askedImportRules, contentRules, importRules, importTaskRules } from "@tintype/server/transfers/import-rules.table.ts";
import { exportTargetRules } from "@tintype/server/transfers/transfer-rules.table.ts";
import { operationWords } from "./operation-words.table.ts";
import { ruleLines } from "./rule-lines.ts";
import type { PageRule } from "./rule-lines.ts";
import { sampleOperation } from "./sample-operation.ts";

/** Rules of what a request brings along, and of what stands around an image. */
const further: readonly (readonly [title: string, rules: readonly PageRule[]])[] = [
  ["Rights of the caller / 调用者的权限", rightRules],
  ["Values of an image / 镜像的取值", valueRules],
  ["Images of a project / 项目的镜像配额", imageQuotaRules],
  ["Tasks of a project / 项目的任务数", jobQuotaRules],
  ["Keys of images / 镜像的密钥", imageKeyRules],
  ["Keys of the original of a copy / 复制时原镜像的密钥", originalKeyRules],
  ["Requests for an import / 导入请求", askedImportRules],
  ["Images of one import together / 同一次导入的多个镜像", importTaskRules],
  ["Files to import / 待导入的文件", importRules],
  ["What is inside a file / 文件的内容", contentRules],
  ["Requests for an export / 导出请求", exportRequestRules],
  ["Where an export goes / 导出的目标", exportTargetRules],
  ["Recipients of a shared image / 共享的接收者", recipientRules],
  ["Answers to a shared image / 接受或拒绝共享", answerRules],
  ["Flavors of machines / 云服务器规格", flavorRules],
];

/** The page of all rules: docs/rules.md. */
export function rulesPage(): string {
  // The table's keys are the operations' names.
  const operations = Object.keys(operationRules) as ImageOperationName[];
  return [
    "# Rules",
    "",
    "Made by `npm run docs` from the tables that the service refuses by; `GET /api/v1/images/{id}/capabilities`, `POST /api/v1/import-checks` and",
    "`tintype image explain` answer from the same ones. In the order in which they refuse; each with the requirement that it comes from, its code, and",
    "what a caller is told.",
    "",
    ...operations.flatMap(operationSection),
    ...further.flatMap(([title, rules]) => [`## ${title}`, "", ...rules.flatMap((rule) => ruleLines(rule)), ""]),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function operationSection(operation: ImageOperationName): readonly string[] {
  const { en, zh } = operationWords[operation];
  const right = operationRights[operation];
  const rules: readonly Rule<ImageOperation>[] = operationRules[operation];
  return [
    `## \`${operation}\`: ${en} / ${zh}`,
    "",
    ...(right === undefined ? [] : [`Takes the action \`${right}\`.`, ""]),
    ...rules.flatMap((rule) => ruleLines(rule, rule.data?.(sampleOperation))),
    "",
  ];
}
