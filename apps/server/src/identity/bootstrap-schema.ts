import { Type } from "typebox";
import type { Static } from "typebox";

const Name = Type.String({ minLength: 1, maxLength: 255 });
const Id = Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" });

const User = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    password: Type.String({ minLength: 1, maxLength: 4096 }),
    grants: Type.Array(Type.Object({ project: Name, roles: Type.Array(Name) }, { additionalProperties: false })),
    accessKeys: Type.Optional(
      Type.Array(
        Type.Object(
          { access: Type.String({ pattern: "^[A-Za-z0-9]{8,64}$" }), secret: Type.String({ minLength: 16, maxLength: 256 }) },
          { additionalProperties: false },
        ),
      ),
    ),
  },
  { additionalProperties: false },
);

/** What a bootstrap file may say. */
export const BootstrapSchema = Type.Object(
  {
    domain: Type.Object({ id: Id, name: Name }, { additionalProperties: false }),
    region: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" })),
    projects: Type.Array(
      Type.Object({ id: Type.Optional(Id), name: Name, description: Type.Optional(Type.String()) }, { additionalProperties: false }),
    ),
    users: Type.Array(User),
  },
  { additionalProperties: false },
);
export type Bootstrap = Static<typeof BootstrapSchema>;
export type BootstrapUser = Static<typeof User>;
