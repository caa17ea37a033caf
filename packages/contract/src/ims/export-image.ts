import { Type } from "typebox";
import type { Static } from "typebox";

/** Body of `POST /v1/cloudimages/{image_id}/file`. */
export const ExportImageBody = Type.Object(
  {
    bucket_url: Type.Optional(Type.String({ description: "bucket:object; required, and the object must not exist" })),
    file_format: Type.Optional(
      Type.String({ description: "qcow2, vmdk, vhd or zvhd; required, unless is_quick_export is true: then it must be absent" }),
    ),
    is_quick_export: Type.Optional(Type.Boolean({ description: "export as it is stored, as a ZVHD2 file: faster, and for larger images" })),
  },
  { additionalProperties: true },
);
export type ExportImageBody = Static<typeof ExportImageBody>;
