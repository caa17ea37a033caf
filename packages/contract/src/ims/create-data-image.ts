import { Type } from "typebox";
import type { Static } from "typebox";
import { CommonImageFields, EncryptionFields, SourceFields } from "./create-image.ts";

/** Body of `POST /v1/cloudimages/dataimages/action`. */
export const CreateDataImageBody = Type.Object(
  {
    ...CommonImageFields,
    image_url: Type.Optional(Type.String({ description: "bucket:object; required" })),
    min_disk: Type.Optional(Type.Integer({ description: "GiB, 1 to 2048, at least the size of the disk in the file; required" })),
    os_type: Type.Optional(Type.Enum(["Linux", "Windows"], { description: "whose file system is on it; Linux when absent" })),
    ...SourceFields,
    ...EncryptionFields,
  },
  { additionalProperties: true, description: "A file that becomes an image of a data disk" },
);
export type CreateDataImageBody = Static<typeof CreateDataImageBody>;
