import type { Rule } from "../images/check-rules.ts";
import type { Limits } from "./limits.ts";

/** How much of something a project has already, before it gets one more. */
export interface QuotaUse {
  readonly used: number;
  readonly limits: Limits;
}

/** What a project must have room for before it gets one more image. */
export const imageQuotaRules: readonly Rule<QuotaUse>[] = [
  {
    name: "imageQuota",
    requirement: "R-215",
    code: "IMG.0015",
    holds: ({ used, limits }) => used < limits.images.perProject,
    data: ({ used, limits }) => ({ used, limit: limits.images.perProject }),
  },
];

/** What a project must have room for before it gets one more job. */
export const jobQuotaRules: readonly Rule<QuotaUse>[] = [
  {
    name: "jobsUnderWay",
    requirement: "R-216",
    code: "IMG.0060",
    holds: ({ used, limits }) => used < limits.jobs.concurrentPerProject,
    data: ({ limits }) => ({ limit: limits.jobs.concurrentPerProject }),
  },
];
