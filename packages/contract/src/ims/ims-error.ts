import { Type } from "typebox";
import type { Static } from "typebox";

/** How IMS answers a refusal or failure of its own. */
export const ImsError = Type.Object(
  { error: Type.Object({ code: Type.String({ description: "IMG.xxxx" }), message: Type.String() }) },
  { description: "What was refused, and what to do" },
);
export type ImsError = Static<typeof ImsError>;
