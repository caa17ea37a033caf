import { Type } from "typebox";
import type { Static } from "typebox";

const Tag = Type.Object({
  key: Type.String({ description: "1 to 36 letters, digits, Chinese characters, _ or -" }),
  value: Type.Optional(Type.String({ description: "up to 43 of these or dots; empty when absent" })),
});

/** Body of `POST /v1.0/predefine_tags/action`. What is created again is new again; what is deleted may be absent. */
export const PredefinedTagsActionBody = Type.Object(
  { action: Type.Enum(["create", "delete"]), tags: Type.Array(Tag) },
  { additionalProperties: true },
);
export type PredefinedTagsActionBody = Static<typeof PredefinedTagsActionBody>;

/** Body of `PUT /v1.0/predefine_tags`. */
export const ReplacePredefinedTagBody = Type.Object({ old_tag: Tag, new_tag: Tag }, { additionalProperties: true });
export type ReplacePredefinedTagBody = Static<typeof ReplacePredefinedTagBody>;

/** Query of `GET /v1.0/predefine_tags`. */
export const ListPredefinedTagsQuery = Type.Object(
  {
    key: Type.Optional(Type.String({ description: "part of the key" })),
    value: Type.Optional(Type.String({ description: "part of the value" })),
    limit: Type.Optional(Type.String({ description: "1 to 1000, 0 for all; 10 when absent" })),
    marker: Type.Optional(Type.String({ description: "the marker of the page before" })),
    order_field: Type.Optional(Type.String({ description: "update_time (default), key or value" })),
    order_method: Type.Optional(Type.String({ description: "asc, or desc (default)" })),
  },
  { additionalProperties: true },
);
export type ListPredefinedTagsQuery = Static<typeof ListPredefinedTagsQuery>;

/** Answer of that call. The page after the last one has no tags. */
export const ListPredefinedTagsAnswer = Type.Object(
  {
    marker: Type.String({ description: "where the next page begins" }),
    total_count: Type.Integer(),
    tags: Type.Array(
      Type.Object({ key: Type.String(), value: Type.String(), update_time: Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" }) }),
    ),
  },
  { description: "One page of predefined tags" },
);
export type ListPredefinedTagsAnswer = Static<typeof ListPredefinedTagsAnswer>;
