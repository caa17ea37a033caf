import type { ErrorDescriptor } from "../service-error.ts";

/**
 * The codes of the enterprise projects' interface, numbered and with the statuses of Huawei Cloud EPS.
 *
 * Source  Huawei Cloud, Enterprise Management API reference, "Error Codes"
 */
export const epsErrors = {
  "EPS.0001": {
    status: 500,
    en: "The service failed: {problem}.",
    zh: "服务内部错误：{problem}。",
    remedyEn: "Repeat the call; if it fails again, give the operator the request id.",
    remedyZh: "请重试；若仍失败，请将请求 ID 告知管理员。",
  },
  "EPS.0002": {
    status: 400,
    en: "The request is not valid: {problem}.",
    zh: "请求无效：{problem}。",
    remedyEn: "Send what the API description shows.",
    remedyZh: "请按接口文档发送请求。",
  },
  "EPS.0004": {
    status: 403,
    en: "You have no right to do this: the action {action} is not allowed to you here.",
    zh: "您没有执行该操作的权限：未授权 {action}。",
    remedyEn: "Ask the administrator of your account for a policy that allows {action}.",
    remedyZh: "请向账号管理员申请包含 {action} 的权限策略。",
  },
  "EPS.0005": {
    status: 404,
    en: "There is no {kind} {id}.",
    zh: "{kind} {id} 不存在。",
    remedyEn: "Check the id, and that it belongs to your account.",
    remedyZh: "请检查 ID，并确认其属于您的账号。",
  },
  "EPS.0007": {
    status: 400,
    en: "The name is not valid.",
    zh: "企业项目名称无效。",
    remedyEn: "Use 1 to 255 letters, digits, Chinese characters, _ and -; default is taken.",
    remedyZh: "请使用 1 到 255 个字母、数字、中文、_ 和 -，且不能为 default。",
  },
  "EPS.0008": {
    status: 400,
    en: "The description is not valid.",
    zh: "企业项目描述无效。",
    remedyEn: "Use at most 512 characters.",
    remedyZh: "请使用不超过 512 个字符的描述。",
  },
  "EPS.0009": {
    status: 400,
    en: "The account has {used} enterprise projects, and its quota is {limit}.",
    zh: "该账号已有 {used} 个企业项目，配额为 {limit} 个。",
    remedyEn: "Use one that is there, or ask the operator for a larger quota.",
    remedyZh: "请使用已有的企业项目，或向管理员申请扩大配额。",
  },
  "EPS.0010": {
    status: 409,
    en: 'The account has an enterprise project "{name}" already.',
    zh: "该账号已存在名为 {name} 的企业项目。",
    remedyEn: "Choose another name.",
    remedyZh: "请更换名称。",
  },
  "EPS.0012": {
    status: 400,
    en: "The default enterprise project cannot be changed.",
    zh: "默认企业项目不能修改。",
    remedyEn: "Make one of your own.",
    remedyZh: "请创建新的企业项目。",
  },
  "EPS.0013": {
    status: 400,
    en: "The action is not valid.",
    zh: "action 无效。",
    remedyEn: "Use enable or disable.",
    remedyZh: "请使用 enable 或 disable。",
  },
  "EPS.0014": {
    status: 400,
    en: "The enterprise project {id} is disabled.",
    zh: "企业项目 {id} 已停用。",
    remedyEn: "Enable it first.",
    remedyZh: "请先启用该企业项目。",
  },
  "EPS.0015": {
    status: 400,
    en: "The default enterprise project cannot be enabled or disabled.",
    zh: "默认企业项目不支持启用或停用。",
    remedyEn: "It is always enabled.",
    remedyZh: "默认企业项目始终启用。",
  },
  "EPS.0017": {
    status: 400,
    en: "The limit is not valid.",
    zh: "limit 无效。",
    remedyEn: "Give a whole number from 1 to 1000, or leave it out.",
    remedyZh: "请填写 1 到 1000 的整数，或不填写。",
  },
  "EPS.0018": {
    status: 400,
    en: "The offset is not valid.",
    zh: "offset 无效。",
    remedyEn: "Give a whole number from 0, or leave it out.",
    remedyZh: "请填写不小于 0 的整数，或不填写。",
  },
  "EPS.0020": {
    status: 400,
    en: "The list of projects is empty.",
    zh: "项目列表为空。",
    remedyEn: "Name the projects whose resources you look for.",
    remedyZh: "请填写要查询资源的项目。",
  },
  "EPS.0021": {
    status: 400,
    en: "A project comes twice.",
    zh: "项目列表中有重复的项目。",
    remedyEn: "Name each project once.",
    remedyZh: "每个项目只填写一次。",
  },
  "EPS.0022": {
    status: 400,
    en: "The project {id} is not one that your credentials reach.",
    zh: "您的凭证无法访问项目 {id}。",
    remedyEn: "Use the project that your credentials are for, or credentials for the whole account.",
    remedyZh: "请使用凭证所属的项目，或使用账号级凭证。",
  },
  "EPS.0023": {
    status: 400,
    en: "The list of resource types is empty.",
    zh: "资源类型列表为空。",
    remedyEn: "Name a type: images.",
    remedyZh: "请填写资源类型，例如 images。",
  },
  "EPS.0024": {
    status: 400,
    en: "A resource type comes twice.",
    zh: "资源类型列表中有重复的类型。",
    remedyEn: "Name each type once.",
    remedyZh: "每个资源类型只填写一次。",
  },
  "EPS.0025": {
    status: 400,
    en: 'There are no resources of the type "{type}" here.',
    zh: "不支持的资源类型：{type}。",
    remedyEn: "Use images.",
    remedyZh: "请使用 images。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
