import { Type } from "typebox";
import type { Static } from "typebox";

const mostResources = 50;

const Tag = Type.Object({
  key: Type.String(),
  value: Type.Optional(Type.String({ description: "empty when absent; a tag to be deleted goes whatever its value then" })),
});
const ProjectId = Type.Optional(Type.String({ description: "project of the resources; the one of the credentials when absent" }));

/** Body of `POST /v1.0/resource-tags/batch-create` and `…/batch-delete`. */
export const ResourceTagsBody = Type.Object(
  {
    project_id: ProjectId,
    resources: Type.Array(Type.Object({ resource_type: Type.String({ description: "images" }), resource_id: Type.String() }), {
      minItems: 1,
      maxItems: mostResources,
    }),
    tags: Type.Array(Tag, { description: "each key once" }),
  },
  { additionalProperties: true },
);
export type ResourceTagsBody = Static<typeof ResourceTagsBody>;

/** Answer of both: the resources whose tags did not change. */
export const ResourceTagsAnswer = Type.Object(
  {
    failed_resources: Type.Array(
      Type.Object({
        resource_type: Type.String(),
        resource_id: Type.String(),
        error_code: Type.String(),
        error_msg: Type.String(),
      }),
    ),
  },
  { description: "What failed; the others are done" },
);
export type ResourceTagsAnswer = Static<typeof ResourceTagsAnswer>;

/** Body of `POST /v1.0/resource-instances/filter`. All tags hold together. */
export const FilterInstancesBody = Type.Object(
  {
    project_id: ProjectId,
    resource_types: Type.Array(Type.String(), { minItems: 1, maxItems: mostResources, description: "this service has images" }),
    tags: Type.Optional(
      Type.Array(
        Type.Object({
          key: Type.String({ minLength: 1, maxLength: 127 }),
          values: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 10, description: "none stand for any" }),
        }),
        { maxItems: 10 },
      ),
    ),
    without_any_tag: Type.Optional(Type.Boolean({ description: "true: resources without any tag; tags do not count" })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "200 when absent" })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999, description: "so many are passed over" })),
  },
  { additionalProperties: true },
);
export type FilterInstancesBody = Static<typeof FilterInstancesBody>;

/** Answer of that call. */
export const FilterInstancesAnswer = Type.Object(
  {
    resources: Type.Array(
      Type.Object({
        project_id: Type.String(),
        project_name: Type.String(),
        resource_type: Type.String(),
        resource_id: Type.String(),
        resource_name: Type.String(),
        resource_detail: Type.Object({ status: Type.String() }),
        tags: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
      }),
    ),
    errors: Type.Array(
      Type.Object({ project_id: Type.String(), resource_type: Type.String(), error_code: Type.String(), error_msg: Type.String() }),
    ),
    total_count: Type.Integer(),
  },
  { description: "One page of resources" },
);
export type FilterInstancesAnswer = Static<typeof FilterInstancesAnswer>;
