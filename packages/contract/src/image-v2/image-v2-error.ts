import { Type } from "typebox";
import type { Static } from "typebox";

/** How the Image API answers a refusal or failure; as plain text to clients that accept other things than JSON alone. */
export const ImageV2Error = Type.Object(
  {
    message: Type.String({ description: "What is wrong, and what to do" }),
    code: Type.String({ description: "The status with its words, e.g. 404 Not Found" }),
    title: Type.String({ description: "The words of the status" }),
  },
  { description: "What was refused, and what to do" },
);
export type ImageV2Error = Static<typeof ImageV2Error>;
