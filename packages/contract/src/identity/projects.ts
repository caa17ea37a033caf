import { Type } from "typebox";

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f]+$" });
const Description = Type.String({ maxLength: 255 });

/** Body of `POST /v3/projects`. */
export const CreateProjectBody = Type.Object({
  project: Type.Object({
    name: Name,
    domain_id: Type.Optional(Type.String()),
    parent_id: Type.Optional(Type.String({ description: "projects have no parents but their domain" })),
    description: Type.Optional(Description),
    enabled: Type.Optional(Type.Boolean()),
  }),
});

/** Body of `PATCH /v3/projects/{project_id}`. */
export const UpdateProjectBody = Type.Object({
  project: Type.Object({ name: Type.Optional(Name), description: Type.Optional(Description), enabled: Type.Optional(Type.Boolean()) }),
});

/** Body of `POST /v3/domains`. */
export const CreateDomainBody = Type.Object({ domain: Type.Object({ name: Name }) });
