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
  "api.operatorsOnly": {
    status: 403,
    en: "Only an administrator of the installation may do this ({action}).",
    zh: "只有系统管理员可以执行该操作（{action}）。",
    remedyEn: "Call with the role admin in a project.",
    remedyZh: "请使用在项目中具有 admin 角色的账号调用。",
  },
  "api.badCursor": {
    status: 400,
    en: "The cursor is not one that this service gave.",
    zh: "游标不是本服务返回的。",
    remedyEn: "Send the nextCursor of the page before, or start again without one.",
    remedyZh: "请使用上一页返回的 nextCursor，或不带游标重新开始。",
  },
  "api.imageNotFound": {
    status: 404,
    en: "There is no image {id}.",
    zh: "镜像 {id} 不存在。",
    remedyEn: "Check the id and the project.",
    remedyZh: "请检查 ID 和项目。",
  },
  "api.recycledImageNotFound": {
    status: 404,
    en: "There is no image {id} in the recycle bin.",
    zh: "回收站中没有镜像 {id}。",
    remedyEn: "Check the id and the project; GET /api/v1/recycle-bin lists what can be restored.",
    remedyZh: "请检查 ID 和项目；GET /api/v1/recycle-bin 可列出能够恢复的镜像。",
  },
  "api.imageNotReady": {
    status: 409,
    en: "Image {id} is {status}: it has no content to read.",
    zh: "镜像 {id} 的状态为 {status}，没有可读取的内容。",
    remedyEn: "Wait until it is active.",
    remedyZh: "请等待镜像变为 active。",
    retryable: true,
  },
  "api.imageDiskNotFound": {
    status: 404,
    en: "Image {id} has no disk {disk}; it has {count}.",
    zh: "镜像 {id} 没有磁盘 {disk}，共有 {count} 个磁盘。",
    remedyEn: "Disks are counted from 0.",
    remedyZh: "磁盘从 0 开始编号。",
  },
  "api.rangeNotSatisfiable": {
    status: 416,
    en: "The range lies behind the end: there are {sizeBytes} bytes.",
    zh: "请求的范围超出末尾：共有 {sizeBytes} 字节。",
    remedyEn: "Ask for bytes that there are.",
    remedyZh: "请请求存在的字节范围。",
  },
  "api.osListsRefused": {
    status: 409,
    en: "The lists of operating systems were left as they are: {problems}.",
    zh: "操作系统列表未更新：{problems}。",
    remedyEn: "Correct these files in the folder of the setting osLists.dir, and try again.",
    remedyZh: "请修正配置项 osLists.dir 所指目录中的文件后重试。",
  },
  "api.flavorArchitecture": {
    status: 400,
    en: "The image is for {image} machines, and {flavor} is a flavor of {machine} machines.",
    zh: "该镜像适用于 {image} 架构，而规格 {flavor} 属于 {machine} 架构。",
    remedyEn: "Choose a flavor of the image's architecture, or an image of the flavor's.",
    remedyZh: "请选择与镜像架构一致的规格，或与规格架构一致的镜像。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
