import { Type } from "typebox";
import type { Static } from "typebox";

/** Answer of the calls that make an image public, or private again. */
export const PublishedImage = Type.Object(
  { imageId: Type.String(), visibility: Type.Enum(["public", "private", "shared", "community"]), protected: Type.Boolean() },
  { description: "The image as it is now" },
);
export type PublishedImage = Static<typeof PublishedImage>;

/** Query of `GET /api/v1/public-images/changes`. */
export const ListPublicChangesQuery = Type.Object({
  architecture: Type.Optional(Type.Enum(["x86", "arm"])),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "at most so many; 50 when absent" })),
  cursor: Type.Optional(Type.String({ description: "nextCursor of the page before" })),
});

/** One entry of the log of public images: what became public or stopped being so, and what it was then. */
export const PublicImageChange = Type.Object({
  imageId: Type.String(),
  change: Type.Enum(["published", "withdrawn"]),
  changedAt: Type.String({ description: "UTC, ISO 8601" }),
  name: Type.String(),
  platform: Type.String(),
  osVersion: Type.String(),
  architecture: Type.Enum(["x86", "arm"]),
});
export type PublicImageChange = Static<typeof PublicImageChange>;

/** Answer of `GET /api/v1/public-images/changes`: newest first; without `nextCursor` it is the last page. */
export const ListPublicChangesAnswer = Type.Object(
  { changes: Type.Array(PublicImageChange), nextCursor: Type.Optional(Type.String()) },
  { description: "One page of the log of public images" },
);
export type ListPublicChangesAnswer = Static<typeof ListPublicChangesAnswer>;
