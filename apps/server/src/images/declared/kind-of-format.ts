import type { ImageKind } from "../../ports/image-catalog.ts";

/** What an image is for, by the format of its disk that was declared. */
export function kindOfFormat(diskFormat: string): ImageKind {
  return diskFormat === "iso" ? "iso" : "system";
}
