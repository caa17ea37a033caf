import { Type } from "typebox";
import type { Static } from "typebox";

const Name = Type.String({ minLength: 1, maxLength: 64, pattern: "^[^\\u0000-\\u001f]+$" });
const Description = Type.String({ maxLength: 255 });
const Duration = Type.Union(
  [Type.String({ pattern: "^(FOREVER|ONEDAY|[1-9][0-9]{0,4})$" }), Type.Integer({ minimum: 1, maximum: 99_999 })],
  {
    description: "FOREVER, ONEDAY, or a number of days",
  },
);

/** Body of `POST /v3.0/OS-AGENCY/agencies`. */
export const CreateAgencyBody = Type.Object({
  agency: Type.Object({
    name: Name,
    domain_id: Type.Optional(Type.String()),
    trust_domain_id: Type.Optional(Type.String()),
    trust_domain_name: Type.Optional(Type.String()),
    description: Type.Optional(Description),
    duration: Type.Optional(Duration),
  }),
});

/** Body of `PUT /v3.0/OS-AGENCY/agencies/{agency_id}`. */
export const UpdateAgencyBody = Type.Object({
  agency: Type.Object({
    trust_domain_id: Type.Optional(Type.String()),
    trust_domain_name: Type.Optional(Type.String()),
    description: Type.Optional(Description),
    duration: Type.Optional(Duration),
  }),
});

/** An agency, as identity answers it. */
export const Agency = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  trust_domain_id: Type.String({ description: "empty for a service" }),
  trust_domain_name: Type.String(),
  description: Type.String(),
  duration: Type.String({ description: "FOREVER, or hours" }),
  create_time: Type.String(),
  expire_time: Type.Union([Type.String(), Type.Null()]),
});
export type Agency = Static<typeof Agency>;

/** Answer that holds one agency. */
export const AgencyBody = Type.Object({ agency: Agency });

/** Answer that lists agencies. */
export const AgenciesBody = Type.Object({ agencies: Type.Array(Agency) });
