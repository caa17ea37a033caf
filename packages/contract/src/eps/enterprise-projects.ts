import { Type } from "typebox";
import type { Static } from "typebox";

const Instant = Type.String({ description: "UTC, yyyy-MM-ddTHH:mm:ssZ" });
const Kind = Type.Enum(["prod", "poc"], { description: "for production, or a trial" });

/** An enterprise project as it is shown. */
export const EnterpriseProject = Type.Object({
  id: Type.String({ description: "UUID, or 0 for the default one" }),
  name: Type.String(),
  description: Type.String(),
  status: Type.Integer({ description: "1 enabled, 2 disabled" }),
  type: Kind,
  created_at: Instant,
  updated_at: Instant,
  delete_flag: Type.Boolean({ description: "always false" }),
});
export type EnterpriseProject = Static<typeof EnterpriseProject>;

/** Body of `POST /v1.0/enterprise-projects`. */
export const CreateEnterpriseProjectBody = Type.Object(
  {
    name: Type.String({ description: "1 to 255 letters, digits, Chinese characters, _ and -, unique in the account; not default" }),
    description: Type.Optional(Type.String({ description: "up to 512 characters" })),
    type: Type.Optional(Kind),
  },
  { additionalProperties: true },
);
export type CreateEnterpriseProjectBody = Static<typeof CreateEnterpriseProjectBody>;

/** Body of `PUT /v1.0/enterprise-projects/{enterprise_project_id}`. What is absent stays. */
export const UpdateEnterpriseProjectBody = Type.Object(
  {
    name: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    type: Type.Optional(Kind),
  },
  { additionalProperties: true },
);
export type UpdateEnterpriseProjectBody = Static<typeof UpdateEnterpriseProjectBody>;

/** Answer of the calls that show one. */
export const EnterpriseProjectAnswer = Type.Object({ enterprise_project: EnterpriseProject }, { description: "The enterprise project" });
export type EnterpriseProjectAnswer = Static<typeof EnterpriseProjectAnswer>;

/** Query of `GET /v1.0/enterprise-projects`. */
export const ListEnterpriseProjectsQuery = Type.Object(
  {
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String({ description: "part of the name" })),
    status: Type.Optional(Type.String({ description: "1 enabled, 2 disabled" })),
    type: Type.Optional(Type.String({ description: "prod or poc" })),
    sort_key: Type.Optional(Type.String({ description: "created_at (default) or updated_at" })),
    sort_dir: Type.Optional(Type.String({ description: "asc, or desc (default)" })),
    limit: Type.Optional(Type.String({ description: "1 to 1000; 1000 when absent" })),
    offset: Type.Optional(Type.String({ description: "so many are passed over" })),
  },
  { additionalProperties: true },
);
export type ListEnterpriseProjectsQuery = Static<typeof ListEnterpriseProjectsQuery>;

/** Answer of `GET /v1.0/enterprise-projects`. */
export const ListEnterpriseProjectsAnswer = Type.Object(
  { enterprise_projects: Type.Array(EnterpriseProject), total_count: Type.Integer() },
  { description: "One page of enterprise projects" },
);
export type ListEnterpriseProjectsAnswer = Static<typeof ListEnterpriseProjectsAnswer>;

/** Body of `POST /v1.0/enterprise-projects/{enterprise_project_id}/action`. */
export const EnterpriseProjectActionBody = Type.Object({ action: Type.Enum(["enable", "disable"]) }, { additionalProperties: true });
export type EnterpriseProjectActionBody = Static<typeof EnterpriseProjectActionBody>;

/** Answer of `GET /v1.0/enterprise-projects/quotas`. */
export const EnterpriseProjectQuotasAnswer = Type.Object(
  {
    quotas: Type.Object({
      resources: Type.Array(Type.Object({ type: Type.Literal("enterprise_project"), used: Type.Integer(), quota: Type.Integer() })),
    }),
  },
  { description: "How many the account has, and may have" },
);
export type EnterpriseProjectQuotasAnswer = Static<typeof EnterpriseProjectQuotasAnswer>;
