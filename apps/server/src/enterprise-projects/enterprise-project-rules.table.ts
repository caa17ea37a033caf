import type { Rule } from "../images/check-rules.ts";
import type { EnterpriseProjectRecord } from "../ports/enterprise-project-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import { defaultEnterpriseProjectId } from "./default-enterprise-project.ts";

/** What someone calls an enterprise project. What is absent is not being set. */
export interface EnterpriseProjectWords {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

const longestDescription = 512;
const source = "Huawei Cloud EPS, Creating an Enterprise Project";

/** What the words of an enterprise project must be like. */
export const wordRules: readonly Rule<EnterpriseProjectWords>[] = [
  {
    name: "name",
    requirement: source,
    code: "EPS.0007",
    holds: ({ name }) => name === undefined || (/^[A-Za-z0-9\p{Script=Han}_-]{1,255}$/u.test(name) && name.toLowerCase() !== "default"),
  },
  {
    name: "description",
    requirement: source,
    code: "EPS.0008",
    holds: ({ description = "" }) => Array.from(description).length <= longestDescription,
  },
];

/** How many a domain may have. */
export const quotaRules: readonly Rule<{ readonly used: number; readonly limits: Pick<Limits, "enterpriseProjects"> }>[] = [
  {
    name: "quota",
    requirement: "R-219",
    code: "EPS.0009",
    holds: ({ used, limits }) => used < limits.enterpriseProjects.perDomain,
    data: ({ used, limits }) => ({ used, limit: limits.enterpriseProjects.perDomain }),
  },
];

type EnterpriseProjectRule = Rule<EnterpriseProjectRecord>;

const isEnabled: EnterpriseProjectRule = {
  name: "enabled",
  requirement: "R-305",
  code: "EPS.0014",
  holds: ({ enabled }) => enabled,
  data: ({ id }) => ({ id }),
};

/** What may be done to an enterprise project. */
export const enterpriseProjectRules = {
  update: [{ name: "notDefault", requirement: source, code: "EPS.0012", holds: ({ id }) => id !== defaultEnterpriseProjectId }, isEnabled],
  switch: [{ name: "notDefault", requirement: source, code: "EPS.0015", holds: ({ id }) => id !== defaultEnterpriseProjectId }],
  receive: [isEnabled],
} as const satisfies Record<string, readonly EnterpriseProjectRule[]>;

/** The enterprise project that an image shall go into, as its domain has it. */
export interface ImageTarget {
  readonly id: string;
  readonly found: EnterpriseProjectRecord | undefined;
}

/** Where images may go. */
export const imageTargetRules: readonly Rule<ImageTarget>[] = [
  {
    name: "exists",
    requirement: "R-072, R-305",
    code: "IMG.0155",
    holds: ({ found }) => found !== undefined,
    data: ({ id }) => ({ id, problemEn: "there is none with this id", problemZh: "该企业项目不存在" }),
  },
  {
    name: "enabled",
    requirement: "R-305",
    code: "IMG.0155",
    holds: ({ found }) => found?.enabled !== false,
    data: ({ id }) => ({ id, problemEn: "it is disabled", problemZh: "该企业项目已停用" }),
  },
];
