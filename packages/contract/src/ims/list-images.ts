import { Type } from "typebox";
import type { Static } from "typebox";
import { ImsImage } from "./ims-image.ts";

const TextOrTexts = (description: string) => Type.Union([Type.String(), Type.Array(Type.String())], { description });

/** Query of `GET /v2/cloudimages`. Names that begin with two underscores and are not listed select by the attribute of that name. */
export const ListImagesQuery = Type.Object(
  {
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    status: Type.Optional(Type.String({ description: "queued, saving, deleted, killed or active" })),
    owner: Type.Optional(Type.String({ description: "project id" })),
    visibility: Type.Optional(Type.String({ description: "private, shared or public" })),
    protected: Type.Optional(Type.String({ description: "true or false" })),
    container_format: Type.Optional(Type.String()),
    disk_format: Type.Optional(Type.String()),
    min_disk: Type.Optional(Type.String({ description: "GiB" })),
    min_ram: Type.Optional(Type.String({ description: "MiB" })),
    virtual_env_type: Type.Optional(Type.String({ description: "FusionCompute, Ironic, DataImage or IsoImage" })),
    architecture: Type.Optional(Type.String({ description: "x86 or arm" })),
    tag: Type.Optional(TextOrTexts("key, or key=value; repeatable")),
    member_status: Type.Optional(Type.String({ description: "accepted, rejected or pending; only with visibility=shared" })),
    enterprise_project_id: Type.Optional(Type.String({ description: "an id, or all_granted_eps" })),
    created_at: Type.Optional(TextOrTexts("gt, gte, lt, lte, eq or neq, a colon, and a time; repeatable")),
    updated_at: Type.Optional(TextOrTexts("as created_at")),
    flavor_id: Type.Optional(Type.String({ description: "there are no flavors: refused" })),
    sort_key: Type.Optional(Type.String({ description: "name, container_format, disk_format, status, id, size or created_at (default)" })),
    sort_dir: Type.Optional(Type.String({ description: "asc, or desc (default)" })),
    marker: Type.Optional(Type.String({ description: "id of the last image of the page before" })),
    limit: Type.Optional(Type.String({ description: "at most so many images; 500 when absent, 25 in the native interface" })),
    __imagetype: Type.Optional(Type.String({ description: "gold (public), private, shared or market" })),
  },
  { additionalProperties: true },
);
export type ListImagesQuery = Static<typeof ListImagesQuery>;

/** Answer of `GET /v2/cloudimages`. The page after the last one is empty. */
export const ListImagesAnswer = Type.Object({ images: Type.Array(ImsImage) }, { description: "One page of images" });
export type ListImagesAnswer = Static<typeof ListImagesAnswer>;
