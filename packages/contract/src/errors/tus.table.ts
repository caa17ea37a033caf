import type { ErrorDescriptor } from "../service-error.ts";

/**
 * What resumable uploads refuse.
 *
 * Source  tus resumable upload protocol 1.0.0, with the statuses that it names
 */
export const tusErrors = {
  "tus.versionUnsupported": {
    status: 412,
    en: "The request does not speak version {version} of the tus protocol.",
    zh: "请求未使用 tus 协议版本 {version}。",
    remedyEn: "Send Tus-Resumable: {version}.",
    remedyZh: "请发送 Tus-Resumable: {version}。",
  },
  "tus.invalidHeader": {
    status: 400,
    en: "The header {header} is missing or wrong: {reason}.",
    zh: "请求头 {header} 缺失或不正确：{reason}。",
    remedyEn: "Correct it and send the request again.",
    remedyZh: "请修正后重新发送请求。",
  },
  "tus.methodUnsupported": {
    status: 400,
    en: "X-HTTP-Method-Override names {method}, which is no method of uploads.",
    zh: "X-HTTP-Method-Override 指定的 {method} 不是上传接口的方法。",
    remedyEn: "Name POST, HEAD, PATCH, DELETE or OPTIONS.",
    remedyZh: "请使用 POST、HEAD、PATCH、DELETE 或 OPTIONS。",
  },
  "tus.targetUnclear": {
    status: 400,
    en: "Upload-Metadata does not say where the file goes: {reason}.",
    zh: "Upload-Metadata 未说明文件的去向：{reason}。",
    remedyEn: "Give bucket and key, or image.",
    remedyZh: "请提供 bucket 和 key，或提供 image。",
  },
  "tus.uploadNotFound": {
    status: 404,
    en: "There is no upload {id}.",
    zh: "上传 {id} 不存在。",
    remedyEn: "Check the address and the project, or begin a new upload.",
    remedyZh: "请检查地址和项目，或新建上传。",
  },
  "tus.uploadExpired": {
    status: 410,
    en: "Upload {id} is over: nothing came for it in time.",
    zh: "上传 {id} 已过期：未在规定时间内继续上传。",
    remedyEn: "Begin a new upload.",
    remedyZh: "请新建上传。",
  },
  "tus.offsetMismatch": {
    status: 409,
    en: "The upload stands at byte {offset}; the request begins at {sent}.",
    zh: "上传当前位于第 {offset} 字节，而请求从第 {sent} 字节开始。",
    remedyEn: "Ask for the offset with HEAD and go on from there.",
    remedyZh: "请使用 HEAD 查询偏移量并从该处继续。",
    retryable: true,
  },
  "tus.locked": {
    status: 423,
    en: "Another request is writing to upload {id}.",
    zh: "另一个请求正在写入上传 {id}。",
    remedyEn: "Wait until it is done, then ask for the offset with HEAD.",
    remedyZh: "请等待其完成，然后使用 HEAD 查询偏移量。",
    retryable: true,
  },
  "tus.tooLarge": {
    status: 413,
    en: "The file would have more than {limitBytes} bytes.",
    zh: "文件将超过 {limitBytes} 字节。",
    remedyEn: "An upload may be no longer than Tus-Max-Size, nor than the Upload-Length that it was begun with.",
    remedyZh: "上传长度不得超过 Tus-Max-Size，也不得超过创建时声明的 Upload-Length。",
  },
  "tus.tooManyUploads": {
    status: 403,
    en: "The project has {count} unfinished uploads, which is as many as it may have.",
    zh: "项目已有 {count} 个未完成的上传，达到上限。",
    remedyEn: "Finish or delete some; those that nothing comes for expire.",
    remedyZh: "请完成或删除部分上传；长时间无数据的上传会自动过期。",
    retryable: true,
  },
  "tus.contentTypeUnsupported": {
    status: 415,
    en: "A body of type {contentType} is not taken here.",
    zh: "此处不接受类型为 {contentType} 的请求体。",
    remedyEn: "Send the bytes of the file as application/offset+octet-stream.",
    remedyZh: "请以 application/offset+octet-stream 发送文件内容。",
  },
  "tus.checksumUnsupported": {
    status: 400,
    en: "There is no checksum of the kind {algorithm}.",
    zh: "不支持校验算法 {algorithm}。",
    remedyEn: "Use one of {algorithms}.",
    remedyZh: "请使用 {algorithms} 之一。",
  },
  "tus.checksumMismatch": {
    status: 460,
    en: "The bytes that came do not have the {algorithm} that was promised. None of them count.",
    zh: "收到的内容与声明的 {algorithm} 校验值不一致，本次内容未被保存。",
    remedyEn: "Send them again from the same offset.",
    remedyZh: "请从同一偏移量重新发送。",
    retryable: true,
  },
  "tus.storeFull": {
    status: 507,
    en: "There is no room for more bytes.",
    zh: "存储空间不足。",
    remedyEn: "Tell the operator, and go on later from the offset that HEAD tells.",
    remedyZh: "请联系管理员，稍后从 HEAD 返回的偏移量继续。",
    retryable: true,
  },
  "tus.bodyBroken": {
    status: 400,
    en: "The body broke off. What came is kept up to byte {offset}.",
    zh: "请求体中断。已保存至第 {offset} 字节。",
    remedyEn: "Ask for the offset with HEAD and go on from there.",
    remedyZh: "请使用 HEAD 查询偏移量并从该处继续。",
    retryable: true,
  },
} as const satisfies Record<string, ErrorDescriptor>;
