import { Type } from "typebox";
import type { Static } from "typebox";

/** Answer of `GET /v1/cloudimages/quota`. */
export const ImageQuotaAnswer = Type.Object(
  {
    quotas: Type.Object({
      resources: Type.Array(
        Type.Object({
          type: Type.Enum(["image", "image_member"]),
          used: Type.Integer({ description: "of members: how many the image has that has the most" }),
          quota: Type.Integer(),
          min: Type.Integer({ description: "smallest quota that can be set" }),
          max: Type.Integer({ description: "largest quota that can be set" }),
        }),
      ),
    }),
  },
  { description: "What the project has, and may have" },
);
export type ImageQuotaAnswer = Static<typeof ImageQuotaAnswer>;
