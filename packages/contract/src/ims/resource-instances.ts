import { Type } from "typebox";
import type { Static } from "typebox";

const TagValues = Type.Object({
  key: Type.String({ description: "1 to 127 characters" }),
  values: Type.Array(Type.String(), { description: "up to 10; none stand for any" }),
});
const Conditions = (description: string) => Type.Optional(Type.Array(TagValues, { description: `${description}; 1 to 10 keys` }));
const Count = (description: string) =>
  Type.Optional(Type.Union([Type.String({ pattern: "^\\d{1,9}$" }), Type.Integer({ minimum: 0, maximum: 999_999_999 })], { description }));

/** Body of `POST /v2/{project_id}/images/resource_instances/action`. All parts hold together. */
export const ResourceInstancesBody = Type.Object(
  {
    action: Type.Enum(["filter", "count"]),
    tags: Conditions("with every one of these keys, each with one of its values"),
    tags_any: Conditions("with at least one of these"),
    not_tags: Conditions("without all of these together"),
    not_tags_any: Conditions("with none of these"),
    without_any_tag: Type.Optional(Type.Boolean({ description: "true: images without any tag; the four lists do not count" })),
    matches: Type.Optional(
      Type.Array(Type.Object({ key: Type.Enum(["resource_name", "resource_id"]), value: Type.String() }), {
        description: "part of the name (an empty text: no name), or the id; each key once",
      }),
    ),
    limit: Count("1 to 1000, 10 when absent; not for count"),
    offset: Count("so many are passed over; not for count"),
  },
  { additionalProperties: true },
);
export type ResourceInstancesBody = Static<typeof ResourceInstancesBody>;

/** Answer of that call; a count has no resources. */
export const ResourceInstancesAnswer = Type.Object(
  {
    total_count: Type.Integer(),
    resources: Type.Optional(
      Type.Array(
        Type.Object({
          resource_id: Type.String(),
          resource_name: Type.String(),
          resource_detail: Type.Object({ status: Type.String() }),
          tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
        }),
      ),
    ),
  },
  { description: "The images that were found" },
);
export type ResourceInstancesAnswer = Static<typeof ResourceInstancesAnswer>;
