import assert from "node:assert/strict";
import { test } from "node:test";
import { errorTable, isServiceError, renderError } from "@tintype/contract/service-error.ts";
import type { ErrorDescriptor } from "@tintype/contract/service-error.ts";
import { exportRequestRules } from "../transfers/export-request-rules.table.ts";
import { importRules } from "../transfers/import-rules.table.ts";
import { exportTargetRules } from "../transfers/transfer-rules.table.ts";
import { imageQuotaRules, jobQuotaRules } from "../quotas/quota-rules.table.ts";
import { brokenRules, checkRules, refusal } from "./check-rules.ts";
import type { Rule } from "./check-rules.ts";
import { imageKeyRules, originalKeyRules } from "./key-rules.table.ts";
import { operationRights, rightRules } from "./operation-rights.table.ts";
import { operationRules } from "./operation-rules.ts";
import { valueRules } from "./value-rules.table.ts";

const positive: Rule<number> = { name: "positive", requirement: "R-1", code: "IMG.0007", holds: (number) => number > 0 };
const even: Rule<number> = {
  name: "even",
  requirement: "R-2",
  code: "IMG.0105",
  holds: (number) => number % 2 === 0,
  data: (number) => ({ operation: `The number ${number}` }),
  remedy: { en: "Add one.", zh: "加一。" },
};

test("an operation that breaks no rule passes", () => {
  checkRules([positive, even], 2);
});

test("the first broken rule of the table refuses, with its code, data and remedy", () => {
  assert.throws(
    () => checkRules([positive, even], 3),
    (error) => isServiceError(error) && error.code === "IMG.0105" && error.message === "The number 3 is not supported. Add one.",
  );
  assert.throws(
    () => checkRules([positive, even], -1),
    (error) => isServiceError(error) && error.code === "IMG.0007",
  );
});

test("all broken rules of a table can be told at once, in its order", () => {
  assert.deepEqual(brokenRules([positive, even], -1), [positive, even]);
  assert.deepEqual(brokenRules([positive, even], 3), [even]);
  assert.deepEqual(brokenRules([positive, even], 2), []);
});

test("a refusal can be told in both languages", () => {
  const { code, data } = refusal(even, 3);
  assert.equal(renderError(code, data, "zh"), "不支持 The number 3。加一。");
});

const tables: Readonly<Record<string, readonly Pick<Rule<never>, "name" | "requirement" | "code" | "remedy">[]>> = {
  "values of an image": valueRules,
  "files to import": importRules,
  "targets of an export": exportTargetRules,
  "requests for an export": exportRequestRules,
  "images in a project": imageQuotaRules,
  "jobs of a project": jobQuotaRules,
  "rights of a caller": rightRules,
  ...Object.fromEntries(Object.entries(operationRules).map(([operation, rules]) => [`the operation ${operation}`, rules])),
  "keys of images": imageKeyRules,
  "keys of originals": originalKeyRules,
};

for (const [title, rules] of Object.entries(tables)) {
  test(`every rule for ${title} has a name of its own, a requirement and a remedy`, () => {
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
    for (const { name, requirement, code, remedy } of rules) {
      const descriptor: ErrorDescriptor = errorTable[code];
      assert.match(requirement, /^(R-\d{3}|(?:ims-api|image-api-v2) §)/, name);
      const needsOwnRemedy = descriptor.remedyEn === "{remedyEn}";
      assert.equal(remedy !== undefined, needsOwnRemedy, `${name}: the remedy stands in the rule or in the table, not in both`);
    }
  });
}

test("every operation but selling names the right that it takes", () => {
  assert.deepEqual(
    Object.keys(operationRules).filter((operation) => !Object.hasOwn(operationRights, operation)),
    ["publish"],
  );
});
