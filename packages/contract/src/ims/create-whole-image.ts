import { Type } from "typebox";
import type { Static } from "typebox";
import { CommonImageFields, MemoryFields } from "./create-image.ts";

/** Body of `POST /v1/cloudimages/wholeimages/action`. */
export const CreateWholeImageBody = Type.Object(
  {
    ...CommonImageFields,
    ...MemoryFields,
    instance_id: Type.Optional(Type.String({ description: "a server, with vault_id" })),
    backup_id: Type.Optional(Type.String({ description: "a backup of a server, instead of instance_id" })),
    vault_id: Type.Optional(Type.String({ description: "where the backup of the server is made" })),
    whole_image_type: Type.Optional(Type.String({ description: "CBR" })),
  },
  { additionalProperties: true, description: "A server, or a backup of one, that becomes an image" },
);
export type CreateWholeImageBody = Static<typeof CreateWholeImageBody>;
