import { Type } from "typebox";
import type { Static } from "typebox";
import { AssumeRole } from "./credentials.ts";
import { CatalogService } from "./service-catalog.ts";

/** A domain named by its id or by its name. */
export const DomainReference = Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) });

/** A user or project named by id, or by name and domain. */
export const ScopedReference = Type.Object({
  id: Type.Optional(Type.String()),
  name: Type.Optional(Type.String()),
  domain: Type.Optional(DomainReference),
});

/** Body of `POST /v3/auth/tokens`. */
export const AuthTokensBody = Type.Object(
  {
    auth: Type.Object({
      identity: Type.Object({
        methods: Type.Array(Type.String(), { minItems: 1, maxItems: 8 }),
        password: Type.Optional(
          Type.Object({
            user: Type.Object({
              id: Type.Optional(Type.String()),
              name: Type.Optional(Type.String()),
              domain: Type.Optional(DomainReference),
              password: Type.String({ maxLength: 4096 }),
            }),
          }),
        ),
        token: Type.Optional(Type.Object({ id: Type.String() })),
        assume_role: Type.Optional(AssumeRole),
      }),
      scope: Type.Optional(
        Type.Union([
          Type.Object({
            project: Type.Optional(ScopedReference),
            domain: Type.Optional(DomainReference),
            system: Type.Optional(Type.Unknown()),
          }),
          Type.Literal("unscoped"),
        ]),
      ),
    }),
  },
  { description: "Credentials, and what the token shall be good for" },
);
export type AuthTokensBody = Static<typeof AuthTokensBody>;

const NamedThing = Type.Object({ id: Type.String(), name: Type.String() });
const ThingInDomain = Type.Object({ id: Type.String(), name: Type.String(), domain: NamedThing });

/** What a token says; the token itself travels in the header `X-Subject-Token`. */
export const TokenBody = Type.Object({
  token: Type.Object({
    methods: Type.Array(Type.String()),
    user: Type.Object({ ...ThingInDomain.properties, password_expires_at: Type.Null() }),
    audit_ids: Type.Array(Type.String()),
    issued_at: Type.String({ description: "UTC with microseconds and Z" }),
    expires_at: Type.String({ description: "UTC with microseconds and Z" }),
    project: Type.Optional(ThingInDomain),
    domain: Type.Optional(NamedThing),
    assumed_by: Type.Optional(Type.Object({ user: ThingInDomain })),
    is_domain: Type.Optional(Type.Boolean()),
    roles: Type.Optional(Type.Array(NamedThing)),
    catalog: Type.Optional(Type.Array(CatalogService)),
  }),
});
export type TokenBody = Static<typeof TokenBody>;
