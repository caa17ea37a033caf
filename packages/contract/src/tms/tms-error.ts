import { Type } from "typebox";
import type { Static } from "typebox";

/** How the interface of tags answers a refusal or failure of its own. */
export const TmsError = Type.Object(
  { error_code: Type.String({ description: "TMS.xxxx" }), error_msg: Type.String() },
  { description: "What was refused, and what to do" },
);
export type TmsError = Static<typeof TmsError>;
