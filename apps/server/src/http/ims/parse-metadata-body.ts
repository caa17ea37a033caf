import type { CreateMetadataBody } from "@tintype/contract/ims/native-image.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { MetadataRequest } from "../../transfers/native/create-metadata.ts";
import { fixedAttributes } from "@tintype/contract/ims/fixed-attributes.table.ts";
import { unsupported } from "./unsupported.ts";

/** Members of the body that are read below; all others are free attributes. */
const known: ReadonlySet<string> = new Set([
  "name",
  "__os_version",
  "__description",
  "visibility",
  "protected",
  "container_format",
  "disk_format",
  "tags",
  "min_ram",
  "max_ram",
  "min_disk",
  "hw_firmware_type",
  "enterprise_project_id",
]);

/**
 * Reads the metadata of an image whose content comes later.
 *
 * Throws  IMG.0105 for attributes that the service alone sets, IMG.0001 for one that is no text, number or boolean, IMG.0055 for a memory
 *         that is no number
 */
export function parseMetadataBody(body: CreateMetadataBody): MetadataRequest {
  return {
    name: body.name ?? "",
    description: body.__description ?? "",
    isProtected: body.protected ?? false,
    diskFormat: body.disk_format ?? "vhd",
    minDiskGiB: body.min_disk,
    minRamMiB: body.min_ram ?? 0,
    maxRamMiB: memoryOf(body.max_ram),
    osVersion: body.__os_version,
    firmware: body.hw_firmware_type,
    tags: body.tags ?? [],
    enterpriseProjectId: body.enterprise_project_id ?? "0",
    properties: propertiesOf(body),
  };
}

function propertiesOf(body: CreateMetadataBody): Readonly<Record<string, string>> {
  const free = Object.entries<unknown>(body).filter(([name]) => !known.has(name));
  return Object.fromEntries(free.map(([name, value]) => [name, valueOf(name, value)]));
}

function valueOf(name: string, value: unknown): string {
  if (fixedAttributes.has(name)) {
    throw unsupported(`Setting ${name}`, { en: "The service sets this attribute.", zh: "该属性由服务设置。" });
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new ServiceError("IMG.0001", { problem: `${name} is no text, number or boolean` });
}

/** Clients send it as a number, and as a text, which it is on images. */
function memoryOf(value: CreateMetadataBody["max_ram"]): number {
  const number = typeof value === "string" && /^\d{1,10}$/.test(value) ? Number(value) : (value ?? 0);
  if (typeof number === "number") {
    return number;
  }
  throw new ServiceError("IMG.0055", {
    fieldEn: "max_ram",
    fieldZh: "max_ram ",
    problemEn: `"${number}" is no whole number`,
    problemZh: `“${number}”不是整数`,
    remedyEn: "Give it in MiB.",
    remedyZh: "请以 MB 为单位填写整数。",
  });
}
