import { Type } from "typebox";
import type { Static } from "typebox";

/** How identity answers every failure. */
export const IdentityErrorBody = Type.Object({
  error: Type.Object({
    code: Type.Integer({ description: "the HTTP status" }),
    title: Type.String({ description: "the HTTP status in words" }),
    message: Type.String(),
  }),
});
export type IdentityErrorBody = Static<typeof IdentityErrorBody>;
