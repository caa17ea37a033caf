import { Type } from "typebox";
import type { Static } from "typebox";

const strict = { additionalProperties: false };
const Name = Type.String({ minLength: 1, maxLength: 255 });
const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" });

/** Roles are named by id or by name, policies of the file by name. */
const Roles = Type.Array(Name);
const Grant = Type.Union([
  Type.Object({ project: Name, roles: Roles }, strict),
  Type.Object({ allProjects: Type.Literal(true), roles: Roles }, strict),
  Type.Object({ domain: Type.Literal(true), roles: Roles }, strict),
  Type.Object({ enterpriseProject: Id, roles: Roles }, strict),
]);
export type BootstrapGrant = Static<typeof Grant>;

const User = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    password: Type.String({ minLength: 1, maxLength: 4096 }),
    grants: Type.Array(Grant),
    accessKeys: Type.Optional(
      Type.Array(
        Type.Object(
          { access: Type.String({ pattern: "^[A-Za-z0-9]{8,64}$" }), secret: Type.String({ minLength: 16, maxLength: 256 }) },
          strict,
        ),
      ),
    ),
  },
  strict,
);

const Group = Type.Object(
  { id: Type.Optional(Id), name: Name, description: Type.Optional(Type.String()), users: Type.Array(Name), grants: Type.Array(Grant) },
  strict,
);

const Policy = Type.Object(
  { id: Type.Optional(Id), name: Name, description: Type.Optional(Type.String()), policy: Type.Unknown() },
  strict,
);

/** What a bootstrap file may say. */
export const BootstrapSchema = Type.Object(
  {
    domain: Type.Object({ id: Id, name: Name }, strict),
    region: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" })),
    projects: Type.Array(Type.Object({ id: Type.Optional(Id), name: Name, description: Type.Optional(Type.String()) }, strict)),
    users: Type.Array(User),
    groups: Type.Optional(Type.Array(Group)),
    policies: Type.Optional(Type.Array(Policy)),
  },
  strict,
);
export type Bootstrap = Static<typeof BootstrapSchema>;
export type BootstrapUser = Static<typeof User>;
export type BootstrapGroup = Static<typeof Group>;
export type BootstrapPolicy = Static<typeof Policy>;
