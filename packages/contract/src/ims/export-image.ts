import { Type } from "typebox";
import type { Static } from "typebox";

/** Body of `POST /v1/cloudimages/{image_id}/file`. */
export const ExportImageBody = Type.Object(
  {
    bucket_url: Type.Optional(Type.String({ description: "bucket:object; required, and the object must not exist" })),
    file_format: Type.Optional(Type.String({ description: "qcow2, vmdk, vhd or zvhd; required" })),
    is_quick_export: Type.Optional(Type.Boolean({ description: "not supported: refused when true" })),
  },
  { additionalProperties: true },
);
export type ExportImageBody = Static<typeof ExportImageBody>;
