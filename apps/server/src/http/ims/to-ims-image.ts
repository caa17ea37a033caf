import type { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import type { ImageKind, ImageRecord, ImageStatus, ImageVisibility } from "../../ports/image-catalog.ts";
import { toInstant } from "../to-instant.ts";

/** An image on the wire: its known attributes, and free ones, which are texts. */
export type ImsImageWithProperties = ImsImage & Readonly<Record<string, unknown>>;

/** The words of IMS for what we call visibility and kind. */
const imageTypes: Readonly<Record<ImageVisibility, ImsImage["__imagetype"]>> = {
  private: "private",
  shared: "shared",
  community: "private",
  public: "gold",
};
/** IMS tells neither content that waits for its import from content on its way, nor an import from an upload; without content is without content. */
const statuses: Readonly<Record<ImageStatus, ImsImage["status"]>> = {
  queued: "queued",
  saving: "saving",
  uploading: "saving",
  importing: "saving",
  active: "active",
  "active elsewhere": "queued",
  deactivated: "deactivated",
  killed: "killed",
};
const environments: Readonly<Record<ImageKind, ImsImage["virtual_env_type"]>> = {
  system: "FusionCompute",
  bareMetal: "Ironic",
  data: "DataImage",
  iso: "IsoImage",
  whole: "FusionCompute",
};

export const unusedSize = 2;
/** They say nothing: IMS does not use them, and shows these values. The digest is the MD5 of `{}`. */
const unused = { size: unusedSize, checksum: "99914b932bd37a50b983c5e7c90ae93b", virtual_size: null };

/** Shows an image as IMS does, every attribute in the type that its clients assert. Free attributes never hide known ones. */
export function toImsImage(image: ImageRecord): ImsImageWithProperties {
  // Shared with nobody is private here, for the owner and for everyone who sees it; IMS has no community.
  const isShared = image.visibility === "shared" && image.memberCount > 0;
  const face = image.visibility === "public" || isShared ? image.visibility : "private";
  const known: ImsImage = {
    id: image.id,
    name: image.name,
    status: statuses[image.status],
    owner: image.projectId,
    visibility: face,
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
    __imagetype: imageTypes[face],
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
    __system_support_market: image.kind === "system" && image.visibility === "private" && image.encryption === undefined,
    ...(image.activeAt !== undefined && { active_at: toInstant(image.activeAt) }),
    ...(image.description !== "" && { __description: image.description }),
    ...(image.origin !== undefined && { __data_origin: image.origin }),
    ...(isFromOutside(image) && { __root_origin: "file" }),
    ...(image.architecture === "arm" && { __support_arm: "true" }),
    ...(image.encryption && { __system__encrypted: "1", __system__cmkid: image.encryption.keyId }),
    ...(image.kind === "whole" && { __whole_image: "true" }),
  };
  return { ...featuresOf(image), ...image.properties, ...known };
}

/** A JSON text of flags that are texts. What needs an agent in the guest is said by what looked into it, as a property of that name. */
const hotplugFeatures = { __os_feature_list: JSON.stringify({ nic_hotplug: "true", disk_hotplug: "true" }) };

/** Servers on KVM take more disks and network cards while they run. */
function featuresOf({ kind, properties }: ImageRecord): { readonly __os_feature_list?: string } {
  return kind !== "data" && kind !== "iso" && properties["__support_kvm"] === "true" ? hotplugFeatures : {};
}

/** Images that are made by their metadata have no origin: their content is brought from outside. */
function isFromOutside({ origin, visibility }: ImageRecord): boolean {
  return origin === undefined ? visibility !== "public" : origin.startsWith("file,");
}
