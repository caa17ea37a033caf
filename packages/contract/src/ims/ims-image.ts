import { Type } from "typebox";
import type { Static } from "typebox";

/**
 * An image as IMS shows it, in lists and alone.
 *
 * Attributes that begin with two underscores, and `max_ram`, are texts whatever they mean: clients assert it. Further attributes are free
 * ones, always texts.
 */
export const ImsImage = Type.Object(
  {
    id: Type.String({ description: "UUID" }),
    name: Type.String(),
    status: Type.Enum(["queued", "saving", "active", "deactivated", "killed"]),
    owner: Type.String({ description: "project id" }),
    visibility: Type.Enum(["private", "shared", "public"]),
    protected: Type.Boolean(),
    container_format: Type.String(),
    disk_format: Type.String(),
    min_disk: Type.Integer({ description: "GiB" }),
    min_ram: Type.Integer({ description: "MiB" }),
    max_ram: Type.String({ description: "MiB, 0 without a bound" }),
    size: Type.Integer({ description: "not used; `__image_size` has the bytes" }),
    checksum: Type.String({ description: "not used" }),
    virtual_size: Type.Null({ description: "not used" }),
    file: Type.String(),
    self: Type.String(),
    schema: Type.String(),
    tags: Type.Array(Type.String({ description: "key=value, or key" })),
    created_at: Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" }),
    updated_at: Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" }),
    active_at: Type.Optional(Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" })),
    virtual_env_type: Type.Enum(["FusionCompute", "Ironic", "DataImage", "IsoImage"]),
    enterprise_project_id: Type.String(),
    hw_firmware_type: Type.Enum(["bios", "uefi"]),
    __image_source_type: Type.String(),
    __imagetype: Type.Enum(["gold", "private", "shared"]),
    __isregistered: Type.String(),
    __image_size: Type.String({ description: "bytes of content, 0 until the image is active" }),
    __os_type: Type.Enum(["Linux", "Windows", "Other"]),
    __os_bit: Type.Enum(["32", "64"]),
    __os_version: Type.String(),
    __platform: Type.String(),
    __description: Type.Optional(Type.String({ description: "absent when empty" })),
    __originalimagename: Type.String({ description: "id of the image that this one is a copy of" }),
    __backup_id: Type.String(),
    __productcode: Type.String(),
    __data_origin: Type.Optional(Type.String({ description: "file,bucket:object or image,id" })),
    __root_origin: Type.Optional(Type.String()),
    __lazyloading: Type.String({ description: "true when servers can start before all of the image is read" }),
    __support_arm: Type.Optional(Type.String()),
    __system__encrypted: Type.Optional(Type.String({ description: "1 when the image is encrypted, else absent" })),
    __system__cmkid: Type.Optional(Type.String({ description: "the key that encrypts the image" })),
    __whole_image: Type.Optional(Type.String({ description: "true for an image of a whole machine, else absent" })),
    __system_support_market: Type.Boolean({ description: "true when it may be offered in the market" }),
    __os_feature_list: Type.Optional(Type.String({ description: "JSON: what servers from it can do, as texts" })),
    __support_kvm: Type.Optional(Type.String({ description: "true, or absent" })),
    __support_xen: Type.Optional(Type.String({ description: "true, or absent" })),
    __is_config_init: Type.Optional(Type.String({ description: "true when the guest has been prepared" })),
    hw_vif_multiqueue_enabled: Type.Optional(Type.String({ description: "true or false" })),
    os_shutdown_timeout: Type.Optional(Type.String({ description: "seconds, 60 to 300" })),
    _sys_enterprise_project_id: Type.Optional(Type.String({ description: "enterprise_project_id once more, only in native lists" })),
  },
  { additionalProperties: Type.String({ description: "a free attribute" }), description: "An image" },
);
export type ImsImage = Static<typeof ImsImage>;
