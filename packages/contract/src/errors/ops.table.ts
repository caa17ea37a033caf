import type { ErrorDescriptor } from "../service-error.ts";

/** What every family of the API may answer: requests that are no good as such, and our own failures. */
export const opsErrors = {
  "ops.internal": {
    status: 500,
    en: "The service failed at this request.",
    zh: "服务处理该请求时发生内部错误。",
    remedyEn: "Repeat it; if it fails again, give the operator the request id {requestId}.",
    remedyZh: "请重试；若仍失败，请将请求 ID {requestId} 告知管理员。",
  },
  "ops.unavailable": {
    status: 503,
    en: "The service cannot do this at the moment: its catalog is busy, or its store cannot be reached.",
    zh: "服务暂时不可用：目录繁忙，或存储无法访问。",
    remedyEn: "Repeat it after the seconds that Retry-After tells.",
    remedyZh: "请在 Retry-After 指定的秒数后重试。",
    retryable: true,
  },
  "ops.contentDamaged": {
    status: 500,
    en: "What the service has stored of this content is damaged.",
    zh: "服务所存储的该内容已损坏。",
    remedyEn:
      "Trying again does not help. Importing or uploading the same file once more heals it; else ask the operator to restore it, and name the request id.",
    remedyZh: "重试无效。重新导入或上传相同的文件即可修复；否则请联系管理员恢复，并提供请求 ID。",
  },
  "ops.routeNotFound": {
    status: 404,
    en: "There is nothing at {method} {path}.",
    zh: "不存在接口 {method} {path}。",
    remedyEn: "Check the method and the path against the documents under /openapi/.",
    remedyZh: "请对照 /openapi/ 下的文档检查方法和路径。",
  },
  "ops.malformedJson": {
    status: 400,
    en: "The body is not JSON: {reason}.",
    zh: "请求体不是合法的 JSON：{reason}。",
    remedyEn: "Send one JSON text in UTF-8.",
    remedyZh: "请发送 UTF-8 编码的 JSON。",
  },
  "ops.invalidRequest": {
    status: 400,
    en: "The request is not as the interface wants it: {reason}.",
    zh: "请求不符合接口要求：{reason}。",
    remedyEn: "Correct that part and send it again.",
    remedyZh: "请修正后重试。",
  },
  "ops.malformedRequest": {
    status: 400,
    en: "The request cannot be read: {reason}.",
    zh: "无法解析请求：{reason}。",
    remedyEn: "Percent-encode the address and send well-formed HTTP.",
    remedyZh: "请对地址进行百分号编码，并发送合法的 HTTP 请求。",
  },
  "ops.bodyBroken": {
    status: 400,
    en: "The body ended before all of it had come.",
    zh: "请求体未传输完整即中断。",
    remedyEn: "Send the request again.",
    remedyZh: "请重新发送请求。",
    retryable: true,
  },
  "ops.bodyTooLarge": {
    status: 413,
    en: "The body is larger than {limitBytes} bytes.",
    zh: "请求体超过 {limitBytes} 字节。",
    remedyEn: "Files go into a bucket, or to an address made for them.",
    remedyZh: "文件请上传到桶，或使用专门的上传接口。",
  },
  "ops.unsupportedMediaType": {
    status: 415,
    en: "A body of type {contentType} is not taken here.",
    zh: "此接口不接受类型为 {contentType} 的请求体。",
    remedyEn: "Send JSON with Content-Type: application/json.",
    remedyZh: "请以 Content-Type: application/json 发送 JSON。",
  },
} as const satisfies Record<string, ErrorDescriptor>;
