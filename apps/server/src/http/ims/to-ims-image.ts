import type { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import type { ImageKind, ImageRecord, ImageVisibility } from "../../ports/image-catalog.ts";
import { toInstant } from "./to-instant.ts";

/** An image on the wire: its known attributes, and free ones, which are texts. */
export type ImsImageWithProperties = ImsImage & Readonly<Record<string, unknown>>;

/** The words of IMS for what we call visibility and kind. */
const imageTypes: Readonly<Record<ImageVisibility, ImsImage["__imagetype"]>> = {
  private: "private",
  shared: "shared",
  public: "gold",
};
const environments: Readonly<Record<ImageKind, ImsImage["virtual_env_type"]>> = {
  system: "FusionCompute",
  data: "DataImage",
  iso: "IsoImage",
  whole: "FusionCompute",
};

/** Both say nothing: IMS does not use them, and shows these values. The digest is the MD5 of `{}`. */
const unused = { size: 2, checksum: "99914b932bd37a50b983c5e7c90ae93b", virtual_size: null };

/** Shows an image as IMS does, every attribute in the type that its clients assert. Free attributes never hide known ones. */
export function toImsImage(image: ImageRecord): ImsImageWithProperties {
  const known: ImsImage = {
    id: image.id,
    name: image.name,
    status: image.status,
    owner: image.projectId,
    visibility: image.visibility,
    protected: image.protected,
    container_format: image.containerFormat,
    disk_format: image.diskFormat,
    min_disk: image.minDiskGiB,
    min_ram: image.minRamMiB,
    max_ram: String(image.maxRamMiB),
    ...unused,
    file: `/v2/images/${image.id}/file`,
    self: `/v2/images/${image.id}`,
    schema: "/v2/schemas/image",
    tags: [...image.tags],
    created_at: toInstant(image.createdAt),
    updated_at: toInstant(image.updatedAt),
    virtual_env_type: environments[image.kind],
    enterprise_project_id: image.enterpriseProjectId,
    hw_firmware_type: image.firmware,
    __image_source_type: "uds",
    __imagetype: imageTypes[image.visibility],
    __isregistered: "true",
    __image_size: String(image.disks.reduce((sum, disk) => sum + disk.dataBytes, 0)),
    __os_type: image.osType,
    __os_bit: image.osBit,
    __os_version: image.osVersion,
    __platform: image.platform,
    __originalimagename: image.origin?.startsWith("image,") ? image.origin.slice("image,".length) : "",
    __backup_id: "",
    __productcode: "",
    // The one form that servers start from before all of it is read.
    __lazyloading: String(image.diskFormat === "zvhd2"),
    __system_support_market: true,
    ...(image.activeAt !== undefined && { active_at: toInstant(image.activeAt) }),
    ...(image.description !== "" && { __description: image.description }),
    ...(image.origin !== undefined && { __data_origin: image.origin }),
    ...(image.origin?.startsWith("file,") && { __root_origin: "file" }),
    ...(image.architecture === "arm" && { __support_arm: "true" }),
    ...(image.encryption && { __system__encrypted: "1", __system__cmkid: image.encryption.keyId }),
    ...(image.kind === "whole" && { __whole_image: "true" }),
  };
  return { ...image.properties, ...known };
}
