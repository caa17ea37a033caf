import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /v1.1/images/detail`. */
export const OldImagesQuery = Type.Object(
  {
    name: Type.Optional(Type.String()),
    container_format: Type.Optional(Type.String()),
    disk_format: Type.Optional(Type.String()),
    status: Type.Optional(Type.String()),
    size_min: Type.Optional(Type.String({ description: "bytes of the attribute size, which is not used" })),
    size_max: Type.Optional(Type.String({ description: "bytes of the attribute size, which is not used" })),
    "changes-since": Type.Optional(Type.String({ description: "changed at this time or later: yyyy-MM-ddThh:mm:ss, UTC" })),
    limit: Type.Optional(Type.String()),
    marker: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
);
export type OldImagesQuery = Static<typeof OldImagesQuery>;

/** An image as version 1.1 of the native interface shows it. */
export const OldImage = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    status: Type.String(),
    owner: Type.String(),
    size: Type.Integer({ description: "not used" }),
    virtual_size: Type.Null({ description: "not used" }),
    checksum: Type.String({ description: "not used" }),
    min_ram: Type.Integer(),
    min_disk: Type.Integer(),
    container_format: Type.String(),
    disk_format: Type.String(),
    is_public: Type.Boolean(),
    protected: Type.Boolean(),
    deleted: Type.Literal(false),
    deleted_at: Type.Null(),
    created_at: Type.String({ description: "UTC with microseconds, without a Z" }),
    updated_at: Type.String({ description: "UTC with microseconds, without a Z" }),
    properties: Type.Record(Type.String(), Type.Unknown(), { description: "all other attributes" }),
  },
  { description: "An image" },
);
export type OldImage = Static<typeof OldImage>;

/** Answer of `GET /v1.1/images/detail`. */
export const OldImagesAnswer = Type.Object({ images: Type.Array(OldImage) }, { description: "One page of images" });
export type OldImagesAnswer = Static<typeof OldImagesAnswer>;
