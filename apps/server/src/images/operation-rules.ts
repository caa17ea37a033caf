import { ownerRules, shareRules } from "../sharing/share-rules.table.ts";
import type { Rule } from "./check-rules.ts";
import { imageRules } from "./image-rules.table.ts";
import type { ImageOperation } from "./image-rules.table.ts";

/** Name of an operation on an image. */
export type ImageOperationName = keyof typeof imageRules | "share";

/** The rules of every operation on an image, for explanations and documents: those that refuse. */
export const operationRules: Readonly<Record<ImageOperationName, readonly Rule<ImageOperation>[]>> = {
  ...imageRules,
  share: [ownerRules.batch, ...shareRules],
};
