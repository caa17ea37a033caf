import { Type } from "typebox";
import type { Static } from "typebox";

/** How CTS answers a refusal or failure of its own. */
export const CtsError = Type.Object(
  { error_code: Type.String({ description: "CTS.xxxx" }), error_msg: Type.String() },
  { description: "What was refused, and what to do" },
);
export type CtsError = Static<typeof CtsError>;
