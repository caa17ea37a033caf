import { Type } from "typebox";
import type { Static } from "typebox";
import { ListLinks, SelfLink } from "./links.ts";

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f]+$" });
const Description = Type.String({ maxLength: 255 });
const Password = Type.String({ minLength: 6, maxLength: 128 });

/** Body of `POST /v3/users`. */
export const CreateUserBody = Type.Object({
  user: Type.Object({
    name: Name,
    domain_id: Type.Optional(Type.String()),
    description: Type.Optional(Description),
    password: Type.Optional(Password),
    enabled: Type.Optional(Type.Boolean()),
  }),
});

/** Body of `PATCH /v3/users/{user_id}`. */
export const UpdateUserBody = Type.Object({
  user: Type.Object({
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    password: Type.Optional(Password),
    enabled: Type.Optional(Type.Boolean()),
  }),
});

/** Body of `POST /v3/users/{user_id}/password`. */
export const ChangePasswordBody = Type.Object({
  user: Type.Object({ original_password: Type.String({ maxLength: 4096 }), password: Password }),
});

/** A user, as identity answers it. */
export const User = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  description: Type.String(),
  enabled: Type.Boolean(),
  password_expires_at: Type.Null(),
  links: SelfLink,
});
export type User = Static<typeof User>;

/** Answer that holds one user. */
export const UserBody = Type.Object({ user: User });

/** Answer that lists users. */
export const UsersBody = Type.Object({ users: Type.Array(User), links: ListLinks });

/** Body of `POST /v3/groups`. */
export const CreateGroupBody = Type.Object({
  group: Type.Object({ name: Name, domain_id: Type.Optional(Type.String()), description: Type.Optional(Description) }),
});

/** Body of `PATCH /v3/groups/{group_id}`. */
export const UpdateGroupBody = Type.Object({
  group: Type.Object({ name: Type.Optional(Name), description: Type.Optional(Description) }),
});

/** A group, as identity answers it. */
export const Group = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  description: Type.String(),
  create_time: Type.Integer({ description: "milliseconds since 1970, UTC" }),
  links: SelfLink,
});
export type Group = Static<typeof Group>;

/** Answer that holds one group. */
export const GroupBody = Type.Object({ group: Group });

/** Answer that lists groups. */
export const GroupsBody = Type.Object({ groups: Type.Array(Group), links: ListLinks });
