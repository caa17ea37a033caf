import { Type } from "typebox";
import type { Static } from "typebox";

/** Body of `PATCH /v2/cloudimages/{image_id}`: edits, all applied or none. */
export const UpdateImageBody = Type.Array(
  Type.Object(
    {
      op: Type.Enum(["add", "replace", "remove"]),
      path: Type.String({ description: "a slash and the attribute: /name" }),
      value: Type.Optional(Type.Unknown({ description: "text, number or boolean; not needed to remove" })),
    },
    { additionalProperties: true },
  ),
  { minItems: 1, maxItems: 256 },
);
export type UpdateImageBody = Static<typeof UpdateImageBody>;
