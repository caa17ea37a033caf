import { Type } from "typebox";
import type { Static } from "typebox";

/** Answer of `GET /api/v1/images/{image_id}/sharing`. */
export const ImageSharing = Type.Object(
  {
    used: Type.Integer({ description: "projects that the image is shared with, whatever they answered" }),
    limit: Type.Integer({ description: "projects that it may be shared with" }),
    left: Type.Integer({ description: "projects that it can still be shared with" }),
  },
  { description: "With how many projects an image is shared, and may be" },
);
export type ImageSharing = Static<typeof ImageSharing>;
