import { Type } from "typebox";
import type { Static } from "typebox";

/** Bounds of a policy. Source  Huawei Cloud IAM user guide, "Policy syntax" (statements, characters); the others are ours */
export const policyBounds = { statements: 8, actions: 100, resources: 20, conditions: 10, keys: 10, values: 10, characters: 6144 } as const;

const Value = Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]);
const Values = Type.Array(Value, { minItems: 1, maxItems: policyBounds.values });

const Condition = Type.Record(
  Type.String({ maxLength: 64 }),
  Type.Record(Type.String({ maxLength: 192 }), Type.Union([Values, Value]), {
    minProperties: 1,
    maxProperties: policyBounds.keys,
  }),
  { maxProperties: policyBounds.conditions, description: "operator, then key, then the values of which one has to fit" },
);

const Statement = Type.Object(
  {
    Effect: Type.Enum(["Allow", "Deny"]),
    Action: Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, maxItems: policyBounds.actions }),
    Resource: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
        maxItems: policyBounds.resources,
        description: "for instance ims:*:*:image:*",
      }),
    ),
    Condition: Type.Optional(Condition),
  },
  { additionalProperties: false },
);

/** A policy, as it is written and shown: what is allowed and what is denied. Deny wins. */
export const PolicyDocument = Type.Object(
  {
    Version: Type.Enum(["1.0", "1.1"]),
    Statement: Type.Array(Statement, { minItems: 1, maxItems: policyBounds.statements }),
  },
  { additionalProperties: false },
);
export type PolicyDocument = Static<typeof PolicyDocument>;
