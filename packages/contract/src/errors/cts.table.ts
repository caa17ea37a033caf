import type { ErrorDescriptor } from "../service-error.ts";

/**
 * The codes that the audit service answers with, numbered and with the statuses of Huawei Cloud CTS.
 *
 * Source  Huawei Cloud and Open Telekom Cloud, CTS API reference, "Error Codes"
 */
export const ctsErrors = {
  "CTS.0002": {
    status: 403,
    en: "You may not do this: the action {action} is missing.",
    zh: "无权执行该操作：缺少权限 {action}。",
    remedyEn: "Ask an administrator for a policy that allows it.",
    remedyZh: "请联系管理员授予包含该授权项的策略。",
  },
  "CTS.0003": {
    status: 400,
    en: "The request is not as it should be: {problem}.",
    zh: "请求无效：{problem}。",
    remedyEn: "Send one JSON object in the form that the API description shows.",
    remedyZh: "请按接口文档所示的格式发送一个 JSON 对象。",
  },
  "CTS.0005": {
    status: 500,
    en: "The audit service failed unexpectedly.",
    zh: "审计服务内部错误。",
    remedyEn: "Repeat the call; if it fails again, give the operator the request id.",
    remedyZh: "请重试；若仍失败，请将请求 ID 告知管理员。",
  },
  "CTS.0012": {
    status: 403,
    en: "The project in the address is not the one that the credentials are for.",
    zh: "地址中的项目与凭证所属的项目不一致。",
    remedyEn: "Use the id of the project of the token, or get a token for the other project.",
    remedyZh: "请使用令牌所属项目的 ID，或获取另一个项目的令牌。",
  },
  "CTS.0201": {
    status: 400,
    en: "This project has its tracker already.",
    zh: "该项目已有管理类追踪器。",
    remedyEn: "Change it with PUT.",
    remedyZh: "请使用 PUT 修改该追踪器。",
  },
  "CTS.0202": {
    status: 400,
    en: 'There are no trackers of the type "{type}".',
    zh: "不支持类型为“{type}”的追踪器。",
    remedyEn: "Use system.",
    remedyZh: "请使用 system。",
  },
  "CTS.0204": {
    status: 400,
    en: 'The tracker cannot be called "{name}".',
    zh: "追踪器名称不能为“{name}”。",
    remedyEn: "Its name is system.",
    remedyZh: "管理类追踪器的名称应为 system。",
  },
  "CTS.0205": {
    status: 400,
    en: 'A tracker cannot be "{status}".',
    zh: "追踪器状态不能为“{status}”。",
    remedyEn: "Use enabled or disabled.",
    remedyZh: "请使用 enabled 或 disabled。",
  },
  "CTS.0206": {
    status: 400,
    en: "The tracker system takes no data_bucket.",
    zh: "管理类追踪器不支持 data_bucket 参数。",
    remedyEn: "Leave data_bucket out.",
    remedyZh: "请去掉 data_bucket 参数。",
  },
  "CTS.0211": {
    status: 400,
    en: "There is no bucket {bucket} in this project.",
    zh: "该项目中不存在桶 {bucket}。",
    remedyEn: "Check its name, or let the tracker make it with is_obs_created.",
    remedyZh: "请检查桶名，或通过 is_obs_created 由追踪器创建。",
  },
  "CTS.0214": {
    status: 404,
    en: "This project has no tracker.",
    zh: "该项目没有追踪器。",
    remedyEn: "Make it with POST.",
    remedyZh: "请使用 POST 创建。",
  },
  "CTS.0215": {
    status: 400,
    en: "There is a bucket {bucket} already.",
    zh: "桶 {bucket} 已存在。",
    remedyEn: "Choose another name, or leave is_obs_created out to use a bucket of your own.",
    remedyZh: "请更换桶名；若使用已有的桶，请去掉 is_obs_created。",
  },
  "CTS.0216": {
    status: 400,
    en: "The bucket {bucket} could not be made: {problem}.",
    zh: "创建桶 {bucket} 失败：{problem}。",
    remedyEn: "Make it yourself and leave is_obs_created out.",
    remedyZh: "请自行创建桶，并去掉 is_obs_created。",
  },
  "CTS.0218": {
    status: 400,
    en: "The file prefix is not valid.",
    zh: "文件前缀无效。",
    remedyEn: "Use up to 64 letters, digits, hyphens, underscores and periods.",
    remedyZh: "请使用不超过 64 个字母、数字、中划线、下划线和点。",
  },
  "CTS.0220": {
    status: 400,
    en: "Trace files cannot be encrypted by a key of the key service.",
    zh: "事件文件不支持使用密钥加密。",
    remedyEn: "Leave is_support_trace_files_encryption out.",
    remedyZh: "请去掉 is_support_trace_files_encryption。",
  },
  "CTS.0231": {
    status: 400,
    en: "The name of the bucket is not valid.",
    zh: "桶名无效。",
    remedyEn: "Use 3 to 63 lowercase letters, digits, hyphens and periods, beginning with a letter or digit.",
    remedyZh: "请使用 3 到 63 个小写字母、数字、中划线和点，并以字母或数字开头。",
  },
  "CTS.0300": {
    status: 400,
    en: "The query cannot be answered: {parameter} {problem}.",
    zh: "查询失败：{parameter} {problem}。",
    remedyEn: "Correct this parameter, or leave it out.",
    remedyZh: "请修改该参数，或不填写。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
