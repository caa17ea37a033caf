import type { CreateImageBody } from "@tintype/contract/ims/create-image.ts";
import type { NewImage } from "../../transfers/import-request.ts";
import { parseEncryption } from "./parse-encryption.ts";
import { parseTags } from "./parse-tags.ts";

/** The fields that bodies share which ask for an image. */
export type NewImageFields = Optional<
  Pick<
    CreateImageBody,
    | "name"
    | "description"
    | "tags"
    | "image_tags"
    | "enterprise_project_id"
    | "min_ram"
    | "max_ram"
    | "os_version"
    | "os_type"
    | "architecture"
    | "hw_firmware_type"
    | "cmk_id"
    | "__system__encrypted"
  >
>;

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** Attributes of every image that a machine starts from. */
const machineProperties = { __support_kvm: "true" };

/**
 * Reads what an image that is to be made shall be like.
 *
 * Throws  IMG.0115 for tags told twice
 */
export function parseNewImage(body: NewImageFields, kind: NewImage["kind"]): NewImage {
  return {
    name: body.name ?? "",
    description: body.description ?? "",
    kind,
    minRamMiB: body.min_ram ?? 0,
    maxRamMiB: body.max_ram ?? 0,
    osVersion: body.os_version,
    osType: body.os_type,
    architecture: body.architecture ?? "x86",
    firmware: body.hw_firmware_type,
    tags: parseTags({ texts: body.tags, objects: body.image_tags }),
    enterpriseProjectId: body.enterprise_project_id ?? "0",
    encryption: parseEncryption(body),
    properties: kind === "data" ? {} : machineProperties,
  };
}
