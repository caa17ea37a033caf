import { Type } from "typebox";
import type { Static } from "typebox";

const Description = Type.String({ maxLength: 255 });

/** Body of `POST /v3.0/OS-CREDENTIAL/credentials`. */
export const CreateCredentialBody = Type.Object({
  credential: Type.Object({ user_id: Type.String(), description: Type.Optional(Description) }),
});

/** Body of `PUT /v3.0/OS-CREDENTIAL/credentials/{access_key}`. */
export const UpdateCredentialBody = Type.Object({
  credential: Type.Object({ status: Type.Optional(Type.Enum(["active", "inactive"])), description: Type.Optional(Description) }),
});

/** An access key, as identity answers it; the secret when it is made and never again. */
export const Credential = Type.Object({
  access: Type.String(),
  secret: Type.Optional(Type.String()),
  user_id: Type.String(),
  status: Type.String(),
  description: Type.String(),
  create_time: Type.String({ description: "UTC with microseconds and Z" }),
});
export type Credential = Static<typeof Credential>;

/** Answer that holds one access key. */
export const CredentialBody = Type.Object({ credential: Credential });

/** Answer that lists access keys. */
export const CredentialsBody = Type.Object({ credentials: Type.Array(Credential) });

/** An agency that somebody wants to act as. */
export const AssumeRole = Type.Object({
  agency_name: Type.String(),
  domain_id: Type.Optional(Type.String()),
  domain_name: Type.Optional(Type.String()),
  duration_seconds: Type.Optional(Type.Integer()),
});

/** Body of `POST /v3.0/OS-CREDENTIAL/securitytokens`. */
export const SecurityTokenBody = Type.Object({
  auth: Type.Object({
    identity: Type.Object({
      methods: Type.Array(Type.String(), { minItems: 1, maxItems: 8 }),
      token: Type.Optional(Type.Object({ id: Type.Optional(Type.String()), duration_seconds: Type.Optional(Type.Integer()) })),
      assume_role: Type.Optional(AssumeRole),
      policy: Type.Optional(Type.Unknown()),
    }),
  }),
});
export type SecurityTokenBody = Static<typeof SecurityTokenBody>;

/** Answer of it: all three texts are needed to sign with. */
export const SecurityTokenAnswer = Type.Object({
  credential: Type.Object({
    access: Type.String(),
    secret: Type.String(),
    securitytoken: Type.String(),
    expires_at: Type.String({ description: "UTC with microseconds and Z" }),
  }),
});
