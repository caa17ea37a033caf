import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /api/v1/images.csv`. */
export const ImageCsvQuery = Type.Object(
  {
    scope: Type.Optional(
      Type.Enum(["private", "public"], { description: "the project's own images, or the public ones; private when absent" }),
    ),
    language: Type.Optional(Type.Enum(["en", "zh"], { description: "of headers and words; en when absent" })),
  },
  { additionalProperties: true },
);
export type ImageCsvQuery = Static<typeof ImageCsvQuery>;
