import { ServiceError } from "@tintype/contract/service-error.ts";
import type { CreateImageBody } from "@tintype/contract/ims/create-image.ts";
import type { ImageTag } from "../../images/image-tags.ts";
import type { ImportRequest } from "../../transfers/import-image.ts";
import { parseEncryption } from "./parse-encryption.ts";
import { unsupported } from "./unsupported.ts";

/**
 * Reads what an image shall be made from.
 *
 * Throws  IMG.0021 without a source, IMG.0105 for sources and options that this version does not have, IMG.0024 and IMG.0167
 *         for ISO images, IMG.0115 for tags told twice
 */
export function parseCreateBody(body: CreateImageBody): ImportRequest {
  refuseUnsupported(body);
  if (body.image_url === undefined) {
    throw new ServiceError("IMG.0021");
  }
  return {
    name: body.name ?? "",
    description: body.description ?? "",
    file: body.image_url,
    minDiskGiB: body.min_disk,
    minRamMiB: body.min_ram ?? 0,
    maxRamMiB: body.max_ram ?? 0,
    osVersion: body.os_version,
    osType: body.os_type,
    architecture: body.architecture ?? "x86",
    firmware: body.hw_firmware_type,
    tags: tagsOf(body),
    enterpriseProjectId: body.enterprise_project_id ?? "0",
    // The disk's content is left as it is, so it was not configured; who did not ask is told nothing.
    encryption: parseEncryption(body),
    properties: { __support_kvm: "true", ...(body.is_config === true && { __is_config_init: "false" }) },
  };
}

/** What would change the outcome is refused, never ignored. */
function refuseUnsupported(body: CreateImageBody): void {
  const fromFile = { en: 'Give image_url, as "bucket:object".', zh: "请填写 image_url，格式为“桶名:对象名”。" };
  if (body.instance_id !== undefined) {
    throw unsupported("instance_id", fromFile);
  }
  if (body.volume_id !== undefined) {
    throw unsupported("volume_id", fromFile);
  }
  if (body.data_images !== undefined && body.data_images.length > 0) {
    throw unsupported("data_images", fromFile);
  }
  if (body.type === "IsoImage") {
    const { type, name = "" } = body;
    throw parseEncryption(body) === undefined ? new ServiceError("IMG.0024", { type }) : new ServiceError("IMG.0167", { id: name });
  }
  if (body.is_quick_import === true) {
    throw unsupported("is_quick_import", { en: "Leave it out for a normal import.", zh: "请去掉该参数以使用普通导入。" });
  }
}

function tagsOf({ tags = [], image_tags: imageTags = [] }: CreateImageBody): readonly ImageTag[] {
  if (tags.length > 0 && imageTags.length > 0) {
    throw new ServiceError("IMG.0115", { problemEn: "both tags and image_tags are given", problemZh: "同时填写了 tags 和 image_tags" });
  }
  return [...tags.map(dottedTag), ...imageTags.map(({ key, value = "" }) => ({ key: key.trim(), value: value.trim() }))];
}

/** `key.value`: the first dot divides, further ones belong to the value. */
function dottedTag(text: string): ImageTag {
  const dot = text.indexOf(".");
  const [key, value] = dot < 0 ? [text, ""] : [text.slice(0, dot), text.slice(dot + 1)];
  return { key: key.trim(), value: value.trim() };
}
