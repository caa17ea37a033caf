import type { Rule } from "../images/check-rules.ts";
import type { ContentUsage } from "../ports/image-catalog.ts";
import { bytesPerGiB } from "./limits.ts";
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

/** What a project has in content before it gets more. */
export interface ContentUse {
  readonly usage: ContentUsage;
  /** Where the file goes; it stays where it lies until its first use when it is active elsewhere. */
  readonly status: "saving" | "uploading" | "importing" | "active elsewhere";
  /** Whether the image is among the incoming ones. */
  readonly isCounted: boolean;
  /** As far as it is known before it comes. */
  readonly lengthBytes: number;
  readonly limits: Limits;
}

/** Whether something fits; a limit of 0 is none. What nobody knows the length of yet fits while anything does. */
const fits = (usedBytes: number, lengthBytes: number, limitGiB: number): boolean =>
  limitGiB === 0 || (usedBytes < limitGiB * bytesPerGiB && usedBytes + lengthBytes <= limitGiB * bytesPerGiB);

const inMiB = (bytes: number): number => Math.ceil(bytes / 1024 ** 2);

/** What a project must have room for before a file comes for one of its images through the Image API. */
export const contentQuotaRules: readonly Rule<ContentUse>[] = [
  {
    name: "storedQuota",
    requirement: "image-api-v2 §1.13",
    code: "image.quotaFull",
    holds: ({ usage, status, lengthBytes, limits }) =>
      status === "uploading" || fits(usage.storedBytes, lengthBytes, limits.imageApi.storedGiB),
    data: ({ usage, limits }) => ({
      what: "image_size_total",
      used: inMiB(usage.storedBytes),
      limit: limits.imageApi.storedGiB * 1024,
      unit: "MiB",
    }),
  },
  {
    name: "stagedQuota",
    requirement: "image-api-v2 §1.13",
    code: "image.quotaFull",
    holds: ({ usage, status, lengthBytes, limits }) =>
      status !== "uploading" || fits(usage.stagedBytes, lengthBytes, limits.imageApi.stagedGiB),
    data: ({ usage, limits }) => ({
      what: "image_stage_total",
      used: inMiB(usage.stagedBytes),
      limit: limits.imageApi.stagedGiB * 1024,
      unit: "MiB",
    }),
  },
  {
    name: "incomingQuota",
    requirement: "image-api-v2 §1.13",
    code: "image.quotaFull",
    holds: ({ usage, status, isCounted, limits }) =>
      status === "active elsewhere" || isCounted || limits.imageApi.incoming === 0 || usage.incoming < limits.imageApi.incoming,
    data: ({ usage, limits }) => ({ what: "image_count_uploading", used: usage.incoming, limit: limits.imageApi.incoming, unit: "images" }),
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
