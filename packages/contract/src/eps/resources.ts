import { Type } from "typebox";
import type { Static } from "typebox";

/** Body of `POST /v1.0/enterprise-projects/{enterprise_project_id}/resources-migrate`. */
export const MigrateResourceBody = Type.Object(
  {
    resource_type: Type.String({ description: "images" }),
    resource_id: Type.String(),
    project_id: Type.Optional(Type.String({ description: "project of the resource; the one of the credentials when absent" })),
  },
  { additionalProperties: true },
);
export type MigrateResourceBody = Static<typeof MigrateResourceBody>;

/** Body of `POST /v1.0/enterprise-projects/{enterprise_project_id}/resources/filter`. */
export const FilterResourcesBody = Type.Object(
  {
    projects: Type.Optional(
      Type.Array(Type.String(), { maxItems: 100, description: "ids, each once; the project of the credentials when absent" }),
    ),
    resource_types: Type.Array(Type.String(), { maxItems: 100, description: "each once; this service has images" }),
    matches: Type.Optional(
      Type.Array(Type.Object({ key: Type.Literal("resource_name"), value: Type.String() }), { description: "part of the name" }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "1000 when absent" })),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999, description: "so many are passed over" })),
  },
  { additionalProperties: true },
);
export type FilterResourcesBody = Static<typeof FilterResourcesBody>;

/** Answer of that call. */
export const FilterResourcesAnswer = Type.Object(
  {
    resources: Type.Array(
      Type.Object({
        project_id: Type.String(),
        project_name: Type.String(),
        resource_type: Type.String(),
        resource_id: Type.String(),
        resource_name: Type.String(),
        resource_detail: Type.Object({ status: Type.String() }),
        enterprise_project_id: Type.String(),
      }),
    ),
    errors: Type.Array(
      Type.Object({ project_id: Type.String(), resource_type: Type.String(), error_code: Type.String(), error_msg: Type.String() }),
      { description: "projects that could not be asked" },
    ),
    total_count: Type.Integer(),
  },
  { description: "One page of resources" },
);
export type FilterResourcesAnswer = Static<typeof FilterResourcesAnswer>;
