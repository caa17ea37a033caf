import { Type } from "typebox";
import type { Static } from "typebox";
import { ListLinks, SelfLink } from "./links.ts";

const DisplayName = Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f]+$" });
const Description = Type.String({ maxLength: 256 });
const Level = Type.Enum(["AX", "XA", "AA", "XX"], { description: "AX for services without projects, XA for services with projects" });

/** Body of `POST /v3.0/OS-ROLE/roles`. */
export const CreatePolicyBody = Type.Object({
  role: Type.Object({
    display_name: DisplayName,
    type: Level,
    description: Description,
    description_cn: Type.Optional(Description),
    policy: Type.Unknown({ description: "the policy document" }),
  }),
});

/** Body of `PATCH /v3.0/OS-ROLE/roles/{role_id}`. */
export const UpdatePolicyBody = Type.Object({
  role: Type.Object({
    display_name: Type.Optional(DisplayName),
    type: Type.Optional(Level),
    description: Type.Optional(Description),
    policy: Type.Optional(Type.Unknown()),
  }),
});

/** A role or policy, as identity answers it. */
export const Role = Type.Object({
  id: Type.String(),
  name: Type.String({ description: "as programs call it" }),
  display_name: Type.String({ description: "as people call it" }),
  domain_id: Type.Union([Type.String(), Type.Null()], { description: "null for those of the system" }),
  catalog: Type.String(),
  type: Type.String(),
  description: Type.String(),
  description_cn: Type.String(),
  policy: Type.Unknown(),
  links: SelfLink,
  created_time: Type.Optional(Type.String({ description: "milliseconds since 1970" })),
  updated_time: Type.Optional(Type.String({ description: "milliseconds since 1970" })),
});
export type Role = Static<typeof Role>;

/** Answer that holds one role. */
export const RoleBody = Type.Object({ role: Role });

/** Answer that lists roles. */
export const RolesBody = Type.Object({ roles: Type.Array(Role), links: ListLinks, total_number: Type.Integer() });

/** Answer that lists the roles of somebody somewhere. */
export const GivenRolesBody = Type.Object({
  roles: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), display_name: Type.String(), links: SelfLink })),
  links: ListLinks,
});

const Named = Type.Object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  domain: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
});

/** One line of `GET /v3/role_assignments`. */
export const RoleAssignment = Type.Object({
  role: Type.Object({ id: Type.String(), name: Type.Optional(Type.String()) }),
  user: Type.Optional(Named),
  group: Type.Optional(Named),
  agency: Type.Optional(Named),
  scope: Type.Object({
    project: Type.Optional(Named),
    domain: Type.Optional(Named),
    enterprise_project: Type.Optional(Named),
    "OS-INHERIT:inherited_to": Type.Optional(Type.String()),
  }),
  links: Type.Object({ assignment: Type.String() }),
});
export type RoleAssignment = Static<typeof RoleAssignment>;

/** Answer of `GET /v3/role_assignments`. */
export const RoleAssignmentsBody = Type.Object({ role_assignments: Type.Array(RoleAssignment), links: ListLinks });
