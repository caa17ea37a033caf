import { Type } from "typebox";
import type { Static } from "typebox";

/** How an image that is being made shall be encrypted. */
export const EncryptionFields = {
  cmk_id: Type.Optional(Type.String({ description: "encrypt with this key: its id, or alias/NAME" })),
  __system__encrypted: Type.Optional(
    Type.Enum(["0", "1"], { description: "1: encrypt, with the default key ims/default when there is no cmk_id" }),
  ),
};

const ImageTag = Type.Object({ key: Type.String(), value: Type.Optional(Type.String()) });

/** Tags of an image that is being made, in one of two forms. */
export const TagFields = {
  tags: Type.Optional(Type.Array(Type.String({ description: "key.value" }))),
  image_tags: Type.Optional(Type.Array(ImageTag, { description: "instead of tags" })),
};

/** What every image that is being made may have. */
export const CommonImageFields = {
  name: Type.Optional(Type.String({ description: "1 to 128 characters; required" })),
  description: Type.Optional(Type.String({ description: "up to 1024 characters" })),
  ...TagFields,
  enterprise_project_id: Type.Optional(Type.String()),
};

/** What becomes of the file that an image is made from. Our own: other services ignore it. */
export const SourceFields = {
  delete_source: Type.Optional(
    Type.Boolean({ description: "delete the file once the image is there, unless it was replaced meanwhile; default false. An extension" }),
  ),
};

/** Memory that a machine needs. */
export const MemoryFields = {
  min_ram: Type.Optional(Type.Integer({ description: "MiB" })),
  max_ram: Type.Optional(Type.Integer({ description: "MiB, 0 without a bound" })),
};

/** What is known of the system on a disk. */
export const SystemFields = {
  os_version: Type.Optional(Type.String({ description: "an entry of the OS list" })),
  os_type: Type.Optional(Type.Enum(["Linux", "Windows", "Other"])),
  architecture: Type.Optional(Type.Enum(["x86", "arm"])),
  hw_firmware_type: Type.Optional(Type.Enum(["bios", "uefi"])),
};

/** The words for what an image is for. */
export const CreateType = Type.Enum(["ECS", "BMS", "FusionCompute", "Ironic", "IsoImage", "DataImage"]);

/** A data disk that becomes an image beside, or without, a system disk. */
const DataImage = Type.Object({
  name: Type.Optional(Type.String({ description: "required for a volume; else made from the name of the system image" })),
  image_url: Type.Optional(Type.String({ description: "bucket:object" })),
  volume_id: Type.Optional(Type.String({ description: "a disk, instead of image_url; this version has none" })),
  min_disk: Type.Optional(Type.Integer({ description: "GiB, 1 to 2048; required for a file" })),
  description: Type.Optional(Type.String()),
  is_quick_import: Type.Optional(Type.Boolean()),
  ...TagFields,
});

/** Body of `POST /v2/cloudimages/action`. A field that is null or an empty text counts as absent; fields that are not listed are ignored. */
export const CreateImageBody = Type.Object(
  {
    ...CommonImageFields,
    image_url: Type.Optional(Type.String({ description: "bucket:object" })),
    min_disk: Type.Optional(
      Type.Integer({ description: "GiB, 1 to 1024, at least the size of the disk in the file; required for a file" }),
    ),
    ...SystemFields,
    type: Type.Optional(CreateType),
    ...MemoryFields,
    is_config: Type.Optional(Type.Boolean({ description: "noted; the content of the disk is left as it is" })),
    is_config_init: Type.Optional(Type.Boolean({ description: "older name of is_config" })),
    is_quick_import: Type.Optional(Type.Boolean({ description: "take a raw or zvhd2 file as it is" })),
    instance_id: Type.Optional(Type.String({ description: "a server; this version has none" })),
    volume_id: Type.Optional(Type.String({ description: "a disk; this version has none" })),
    data_images: Type.Optional(Type.Array(DataImage, { description: "up to three files of data disks" })),
    ...SourceFields,
    ...EncryptionFields,
  },
  { additionalProperties: true, description: "What the image shall be made from" },
);
export type CreateImageBody = Static<typeof CreateImageBody>;

/** Answer of every call that starts a task. */
export const JobStarted = Type.Object(
  { job_id: Type.String({ description: "32 hex digits" }) },
  { description: "The task that was started" },
);
export type JobStarted = Static<typeof JobStarted>;
