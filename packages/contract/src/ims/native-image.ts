import { Type } from "typebox";
import type { Static } from "typebox";
import { SourceFields } from "./create-image.ts";

/** Body of `POST /v2/images`: metadata of an image whose content comes later. Members that are not listed become free attributes. */
export const CreateMetadataBody = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "up to 255 characters" })),
    __os_version: Type.Optional(Type.String({ description: "an entry of the OS list; Other Linux(64 bit) when absent" })),
    __description: Type.Optional(Type.String()),
    visibility: Type.Optional(Type.Enum(["private"])),
    protected: Type.Optional(Type.Boolean()),
    container_format: Type.Optional(Type.Enum(["bare"])),
    disk_format: Type.Optional(
      Type.Enum(["vhd", "zvhd", "zvhd2", "raw", "qcow2"], { description: "vhd when absent; the content decides" }),
    ),
    tags: Type.Optional(Type.Array(Type.String({ description: "1 to 255 characters" }))),
    min_ram: Type.Optional(Type.Integer({ description: "MiB" })),
    max_ram: Type.Optional(Type.Union([Type.Integer(), Type.String()], { description: "MiB" })),
    min_disk: Type.Optional(Type.Integer({ description: "GiB, 1 to 1024; as large as the content when absent" })),
    hw_firmware_type: Type.Optional(Type.Enum(["bios", "uefi"])),
    enterprise_project_id: Type.Optional(Type.String()),
  },
  { additionalProperties: true, description: "What the image is called and what it is" },
);
export type CreateMetadataBody = Static<typeof CreateMetadataBody>;

/** Body of `PUT /v1/cloudimages/{image_id}/upload`. */
export const RegisterFileBody = Type.Object(
  { image_url: Type.Optional(Type.String({ description: "bucket:object; required" })), ...SourceFields },
  { additionalProperties: true, description: "The file that holds the content" },
);
export type RegisterFileBody = Static<typeof RegisterFileBody>;
