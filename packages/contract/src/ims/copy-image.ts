import { Type } from "typebox";
import type { Static } from "typebox";
import { EncryptionFields } from "./create-image.ts";

/** Body of `POST /v1/cloudimages/{image_id}/copy`. Without a key the copy is not encrypted, whatever the original is. */
export const CopyImageBody = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "1 to 128 characters; copy_ and the original's name when absent" })),
    description: Type.Optional(Type.String({ description: "up to 1024 characters" })),
    ...EncryptionFields,
    enterprise_project_id: Type.Optional(Type.String()),
  },
  { additionalProperties: true, description: "What the copy shall be" },
);
export type CopyImageBody = Static<typeof CopyImageBody>;

/** Body of `POST /v1/cloudimages/{image_id}/cross_region_copy`. */
export const CrossRegionCopyBody = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "1 to 128 characters; required" })),
    region: Type.Optional(Type.String({ description: "where to; required" })),
    project_name: Type.Optional(Type.String({ description: "project there; required" })),
    agency_name: Type.Optional(Type.String({ description: "agency in whose name the copy is made; required" })),
    description: Type.Optional(Type.String({ description: "up to 1024 characters" })),
    vault_id: Type.Optional(Type.String({ description: "vault there, for a whole machine" })),
  },
  { additionalProperties: true, description: "Where the copy shall go" },
);
export type CrossRegionCopyBody = Static<typeof CrossRegionCopyBody>;
