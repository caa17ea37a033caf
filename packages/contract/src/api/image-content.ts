import { Type } from "typebox";
import type { Static } from "typebox";

const DiskIndex = Type.Optional(
  Type.Integer({ minimum: 0, maximum: 255, description: "which disk of an image with several; the first when absent" }),
);

function bytes(description: string) {
  return Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }));
}

/** Query of `GET /api/v1/images/{image_id}/content`. */
export const ImageContentQuery = Type.Object({ disk: DiskIndex });

/** Header fields of that call. */
export const ImageContentHeaders = Type.Object({
  range: Type.Optional(Type.String({ description: "one range of bytes, e.g. bytes=0-511" })),
  "if-range": Type.Optional(Type.String({ description: "the range counts only while this is the ETag" })),
  "if-none-match": Type.Optional(Type.String({ description: "304 while this is the ETag" })),
});

/** Query of `GET /api/v1/images/{image_id}/extents`. */
export const ListExtentsQuery = Type.Object({
  disk: DiskIndex,
  offset: bytes("first byte of the range; 0 when absent"),
  length: bytes("bytes of the range; up to the end of the disk when absent"),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, description: "at most so many extents; 1000 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before; offset and length do not count then" })),
});

/** One run of a disk's bytes: data is stored, zeros are not. */
export const ImageExtent = Type.Object({ offset: Type.Integer(), length: Type.Integer(), kind: Type.Enum(["data", "zero"]) });
export type ImageExtent = Static<typeof ImageExtent>;

/** Answer of `GET /api/v1/images/{image_id}/extents`: in order and without gaps; without `nextCursor` it is the last page. */
export const ListExtentsAnswer = Type.Object(
  {
    sizeBytes: Type.Integer({ description: "of the disk" }),
    extents: Type.Array(ImageExtent),
    nextCursor: Type.Optional(Type.String()),
  },
  { description: "One page of a disk's map" },
);
export type ListExtentsAnswer = Static<typeof ListExtentsAnswer>;
