import { Type } from "typebox";
import type { Static } from "typebox";

/** How KMS answers a refusal or failure of its own. */
export const KmsError = Type.Object(
  { error: Type.Object({ error_code: Type.String({ description: "KMS.xxxx" }), error_msg: Type.String() }) },
  { description: "What was refused, and what to do" },
);
export type KmsError = Static<typeof KmsError>;
