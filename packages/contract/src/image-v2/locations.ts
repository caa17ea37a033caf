import { Type } from "typebox";
import type { Static } from "typebox";

/** Longest address of a location. */
export const longestUrl = 2048;

const Url = Type.String({ pattern: "^\\S+$", maxLength: longestUrl, description: "http or https, without blanks" });
const Metadata = Type.Object({}, { additionalProperties: true, description: "What the owner notes about it" });
const Hex = (length: number) => Type.String({ pattern: `^[0-9A-Fa-f]{1,${length}}$` });

/** Hex digits of every digest that an import from a location may be held to. */
export const digestLengths = { md5: 32, sha1: 40, sha256: 64, sha512: 128 } as const;

/** A place of an image's content. */
export const ImageLocationV2 = Type.Object({ url: Type.String(), metadata: Metadata });
export type ImageLocationV2 = Static<typeof ImageLocationV2>;

/** A place that a patch adds, or keeps. */
export const LocationValue = Type.Object({
  url: Url,
  metadata: Type.Optional(Metadata),
  validation_data: Type.Optional(
    Type.Object(
      {
        checksum: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{32}$", description: "MD5" })),
        os_hash_algo: Type.String({ maxLength: 64 }),
        os_hash_value: Hex(128),
      },
      { additionalProperties: false, description: "What the content there is said to be" },
    ),
  ),
});
export type LocationValue = Static<typeof LocationValue>;

/** Body of `POST /v2/images/{image_id}/locations`. */
export const AddLocationBody = Type.Object(
  {
    url: Url,
    validation_data: Type.Optional(
      Type.Object(
        { os_hash_algo: Type.Enum(["md5", "sha1", "sha256", "sha512"], { type: "string" }), os_hash_value: Hex(128) },
        { additionalProperties: false, description: "What the content there must be" },
      ),
    ),
  },
  { additionalProperties: true, description: "Where the content of the image lies" },
);
export type AddLocationBody = Static<typeof AddLocationBody>;

/** Answer of `GET /v2/images/{image_id}/locations`. */
export const LocationsAnswer = Type.Array(ImageLocationV2, { description: "The places of the image's content" });
