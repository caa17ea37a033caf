import type { ErrorDescriptor } from "../service-error.ts";

/** What our own API refuses. */
export const apiErrors = {
  "api.jobNotFound": {
    status: 404,
    en: "There is no job {id}.",
    zh: "任务 {id} 不存在。",
    remedyEn: "Check the id and the project; GET /api/v1/jobs lists the project's jobs.",
    remedyZh: "请检查 ID 和项目；GET /api/v1/jobs 可列出项目的任务。",
  },
  "api.jobEnded": {
    status: 409,
    en: "Job {id} is over already: {status}.",
    zh: "任务 {id} 已结束：{status}。",
    remedyEn: "There is nothing left to cancel.",
    remedyZh: "无需取消。",
  },
  "api.badCursor": {
    status: 400,
    en: "The cursor is not one that this service gave.",
    zh: "游标不是本服务返回的。",
    remedyEn: "Send the nextCursor of the page before, or start again without one.",
    remedyZh: "请使用上一页返回的 nextCursor，或不带游标重新开始。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
