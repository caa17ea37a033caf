import { Type } from "typebox";
import type { Static } from "typebox";

/** Query of `GET /api/v1/recycle-bin`. */
export const ListRecycledQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "at most so many; 50 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before" })),
});

/** A deleted image that can be restored. */
export const RecycledImage = Type.Object({
  id: Type.String(),
  name: Type.String(),
  projectId: Type.String(),
  osVersion: Type.String(),
  sizeBytes: Type.Integer({ description: "of its disks, as a machine sees them" }),
  isEncrypted: Type.Boolean(),
  tags: Type.Array(Type.String()),
  deletedAt: Type.String({ description: "UTC, ISO 8601" }),
  purgeAt: Type.String({ description: "when it goes for good" }),
});
export type RecycledImage = Static<typeof RecycledImage>;

/** Answer of `GET /api/v1/recycle-bin`: the last deleted first; without `nextCursor` it is the last page. */
export const ListRecycledAnswer = Type.Object(
  { images: Type.Array(RecycledImage), nextCursor: Type.Optional(Type.String()) },
  { description: "One page of the project's recycle bin" },
);
export type ListRecycledAnswer = Static<typeof ListRecycledAnswer>;

/** Answer of `POST /api/v1/recycle-bin/{image_id}/restore`. */
export const RestoredImage = Type.Object({ imageId: Type.String() }, { description: "The image is active again" });
export type RestoredImage = Static<typeof RestoredImage>;
