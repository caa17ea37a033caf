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

/**
 * Body of `POST /v2/cloudimages/action`. A field that is null or an empty text counts as absent; fields that are not listed are ignored.
 * This version makes system images from files; it refuses the other sources by name.
 */
export const CreateImageBody = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "1 to 128 characters; required" })),
    description: Type.Optional(Type.String({ description: "up to 1024 characters" })),
    image_url: Type.Optional(Type.String({ description: "bucket:object" })),
    min_disk: Type.Optional(
      Type.Integer({ description: "GiB, 1 to 1024, at least the size of the disk in the file; required for a file" }),
    ),
    os_version: Type.Optional(Type.String({ description: "an entry of the OS list" })),
    os_type: Type.Optional(Type.Enum(["Linux", "Windows", "Other"])),
    type: Type.Optional(Type.Enum(["ECS", "FusionCompute", "IsoImage"], { description: "IsoImage is not supported: refused" })),
    architecture: Type.Optional(Type.Enum(["x86", "arm"])),
    hw_firmware_type: Type.Optional(Type.Enum(["bios", "uefi"])),
    min_ram: Type.Optional(Type.Integer({ description: "MiB" })),
    max_ram: Type.Optional(Type.Integer({ description: "MiB, 0 without a bound" })),
    is_config: Type.Optional(Type.Boolean({ description: "noted; the content of the disk is left as it is" })),
    is_quick_import: Type.Optional(Type.Boolean({ description: "not supported: refused when true" })),
    tags: Type.Optional(Type.Array(Type.String({ description: "key.value" }))),
    image_tags: Type.Optional(Type.Array(ImageTag, { description: "instead of tags" })),
    enterprise_project_id: Type.Optional(Type.String()),
    instance_id: Type.Optional(Type.String({ description: "not supported: refused" })),
    volume_id: Type.Optional(Type.String({ description: "not supported: refused" })),
    data_images: Type.Optional(Type.Array(Type.Unknown(), { description: "not supported: refused" })),
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
