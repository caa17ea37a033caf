import { Type } from "typebox";
import type { Static } from "typebox";

/** Answer of `GET /healthz`: the process is alive. */
export const AliveBody = Type.Object({ status: Type.Literal("alive"), version: Type.String() });
export type AliveBody = Static<typeof AliveBody>;

/** Answer of `GET /readyz`: whether requests can be served, and what stands against it. */
export const ReadyBody = Type.Object({
  status: Type.Union([Type.Literal("ready"), Type.Literal("unready")]),
  checks: Type.Array(
    Type.Object({
      name: Type.String(),
      ok: Type.Boolean(),
      reason: Type.Optional(Type.String({ description: "why not" })),
    }),
  ),
});
export type ReadyBody = Static<typeof ReadyBody>;

/** How an address outside every API family answers a failure (RFC 9457). */
export const ProblemBody = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  request_id: Type.String(),
});
export type ProblemBody = Static<typeof ProblemBody>;
