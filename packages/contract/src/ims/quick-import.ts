import { Type } from "typebox";
import type { Static } from "typebox";
import { CommonImageFields, CreateType, EncryptionFields, SourceFields, SystemFields } from "./create-image.ts";

/** Body of `POST /v2/cloudimages/quickimport/action`. */
export const QuickImportBody = Type.Object(
  {
    ...CommonImageFields,
    image_url: Type.Optional(Type.String({ description: "bucket:object, raw with its map beside it, or zvhd2; required" })),
    min_disk: Type.Optional(Type.Integer({ description: "GiB, 1 to 1024, at least the size of the disk in the file; required" })),
    ...SystemFields,
    type: Type.Optional(CreateType),
    license_type: Type.Optional(Type.Enum(["platform", "byol"], { description: "for Windows" })),
    ...SourceFields,
    ...EncryptionFields,
  },
  { additionalProperties: true, description: "A file that becomes an image as it is" },
);
export type QuickImportBody = Static<typeof QuickImportBody>;
