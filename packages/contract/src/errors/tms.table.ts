import type { ErrorDescriptor } from "../service-error.ts";

/**
 * The codes of the tags' own interface, numbered and with the statuses of Huawei Cloud TMS.
 *
 * Source  Huawei Cloud, Tag Management Service API reference, "Error Codes"
 */
export const tmsErrors = {
  "TMS.0001": {
    status: 500,
    en: "The service failed: {problem}.",
    zh: "服务内部错误：{problem}。",
    remedyEn: "Repeat the call; if it fails again, give the operator the request id.",
    remedyZh: "请重试；若仍失败，请将请求 ID 告知管理员。",
  },
  "TMS.0002": {
    status: 400,
    en: "The request is not valid: {problem}.",
    zh: "请求无效：{problem}。",
    remedyEn: "Send what the API description shows.",
    remedyZh: "请按接口文档发送请求。",
  },
  "TMS.0004": {
    status: 403,
    en: "You have no right to do this: the action {action} is not allowed to you here.",
    zh: "您没有执行该操作的权限：未授权 {action}。",
    remedyEn: "Ask the administrator of your account for a policy that allows {action}.",
    remedyZh: "请向账号管理员申请包含 {action} 的权限策略。",
  },
  "TMS.0007": {
    status: 400,
    en: "The limit is not valid.",
    zh: "limit 无效。",
    remedyEn: "Give a whole number from 0 to 1000, or leave it out.",
    remedyZh: "请填写 0 到 1000 的整数，或不填写。",
  },
  "TMS.0008": {
    status: 400,
    en: "The marker is not valid.",
    zh: "marker 无效。",
    remedyEn: "Give the marker of the page before, or leave it out.",
    remedyZh: "请填写上一页返回的 marker，或不填写。",
  },
  "TMS.0009": {
    status: 400,
    en: "A key is not valid: {problemEn}.",
    zh: "键无效：{problemZh}。",
    remedyEn: "Use 1 to 36 letters, digits, Chinese characters, _ and -, each key once.",
    remedyZh: "请使用 1 到 36 个字母、数字、中文、_ 和 -，且键不重复。",
  },
  "TMS.0010": {
    status: 400,
    en: "A value is not valid: {problemEn}.",
    zh: "值无效：{problemZh}。",
    remedyEn: "Use at most 43 letters, digits, Chinese characters, dots, _ and -.",
    remedyZh: "请使用不超过 43 个字母、数字、中文、点、_ 和 -。",
  },
  "TMS.0011": {
    status: 400,
    en: "The action is not valid.",
    zh: "action 无效。",
    remedyEn: "Use create or delete, in lower case.",
    remedyZh: "请使用小写的 create 或 delete。",
  },
  "TMS.0012": {
    status: 400,
    en: "There are no tags in the request.",
    zh: "请求中没有标签。",
    remedyEn: "Give at least one tag.",
    remedyZh: "请至少填写一个标签。",
  },
  "TMS.0013": {
    status: 400,
    en: "The tags are not valid: {problem}.",
    zh: "标签无效：{problem}。",
    remedyEn: "Give a list of objects with a key and a value.",
    remedyZh: "请填写由键和值组成的对象列表。",
  },
  "TMS.0016": {
    status: 400,
    en: "There are too many {what}: at most {limit} are allowed.",
    zh: "{what} 过多，最多允许 {limit} 个。",
    remedyEn: "Divide the request.",
    remedyZh: "请拆分请求。",
  },
  "TMS.0017": {
    status: 400,
    en: "The offset is not valid.",
    zh: "offset 无效。",
    remedyEn: "Give a whole number from 0, or leave it out.",
    remedyZh: "请填写不小于 0 的整数，或不填写。",
  },
  "TMS.1001": {
    status: 400,
    en: "The account would have {count} predefined tags, and its quota is {limit}.",
    zh: "该账号将有 {count} 个预定义标签，配额为 {limit} 个。",
    remedyEn: "Delete predefined tags that are no longer needed.",
    remedyZh: "请删除不再需要的预定义标签。",
  },
  "TMS.1002": {
    status: 400,
    en: "The old tag is not a predefined tag.",
    zh: "旧标签不存在。",
    remedyEn: "List the predefined tags.",
    remedyZh: "请查询预定义标签。",
  },
  "TMS.1003": {
    status: 400,
    en: "The new tag is a predefined tag already.",
    zh: "新标签已存在。",
    remedyEn: "Choose another one, or delete the old one.",
    remedyZh: "请更换新标签，或删除旧标签。",
  },
  "TMS.1010": {
    status: 400,
    en: "The order_field is not valid.",
    zh: "order_field 无效。",
    remedyEn: "Use update_time, key or value.",
    remedyZh: "请使用 update_time、key 或 value。",
  },
  "TMS.1011": {
    status: 400,
    en: "The order_method is not valid.",
    zh: "order_method 无效。",
    remedyEn: "Use asc or desc.",
    remedyZh: "请使用 asc 或 desc。",
  },
  "TMS.2011": {
    status: 400,
    en: "The project {id} is not one that your credentials reach.",
    zh: "您的凭证无法访问项目 {id}。",
    remedyEn: "Use the project that your credentials are for, or credentials for the whole account.",
    remedyZh: "请使用凭证所属的项目，或使用账号级凭证。",
  },
  "TMS.5027": {
    status: 400,
    en: 'There are no resources of the type "{type}" here.',
    zh: "不支持的资源类型：{type}。",
    remedyEn: "Use images.",
    remedyZh: "请使用 images。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
