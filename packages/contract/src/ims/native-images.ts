import { Type } from "typebox";
import type { Static } from "typebox";
import { ImsImage } from "./ims-image.ts";

/** Answer of `GET /v2/images`. */
export const NativeImagesAnswer = Type.Object(
  {
    images: Type.Array(ImsImage),
    schema: Type.String(),
    first: Type.String({ description: "address of the first page" }),
    next: Type.Optional(Type.String({ description: "address of the next page; absent on the last one" })),
  },
  { description: "One page of images" },
);
export type NativeImagesAnswer = Static<typeof NativeImagesAnswer>;

/** Body of `PATCH /v2/images/{image_id}`: edits in the form of JSON Patch, or in the older one that names the operation first. */
export const NativePatchBody = Type.Array(
  Type.Object(
    {
      op: Type.Optional(Type.Enum(["add", "replace", "remove"])),
      path: Type.Optional(Type.String({ description: "a slash and the attribute: /name" })),
      add: Type.Optional(Type.String({ description: "older form: the path" })),
      replace: Type.Optional(Type.String({ description: "older form: the path" })),
      remove: Type.Optional(Type.String({ description: "older form: the path" })),
      value: Type.Optional(Type.Unknown({ description: "text, number or boolean; not needed to remove" })),
    },
    { additionalProperties: true },
  ),
  { minItems: 1, maxItems: 256 },
);
export type NativePatchBody = Static<typeof NativePatchBody>;
