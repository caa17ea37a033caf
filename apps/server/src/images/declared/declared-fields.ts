import type { ImageRecord } from "../../ports/image-catalog.ts";

/**
 * What the owner of an image says about it, in an interface that takes its word for it: formats, sizes and names are what they are declared
 * to be until content comes. Texts that are not told are empty. The properties that say what is in the image are among `properties`.
 */
export type DeclaredFields = Pick<
  ImageRecord,
  | "projectId"
  | "name"
  | "description"
  | "visibility"
  | "protected"
  | "isHidden"
  | "containerFormat"
  | "diskFormat"
  | "minDiskGiB"
  | "minRamMiB"
  | "tags"
  | "properties"
>;

/** The names of these fields. */
export const declaredFields = [
  "projectId",
  "name",
  "description",
  "visibility",
  "protected",
  "isHidden",
  "containerFormat",
  "diskFormat",
  "minDiskGiB",
  "minRamMiB",
  "tags",
  "properties",
] as const satisfies readonly (keyof DeclaredFields)[];
