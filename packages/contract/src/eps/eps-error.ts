import { Type } from "typebox";
import type { Static } from "typebox";

/** How the interface of enterprise projects answers a refusal or failure of its own. */
export const EpsError = Type.Object(
  { error: Type.Object({ error_code: Type.String({ description: "EPS.xxxx" }), error_msg: Type.String() }) },
  { description: "What was refused, and what to do" },
);
export type EpsError = Static<typeof EpsError>;
