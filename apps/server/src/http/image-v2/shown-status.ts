import type { ImageV2 } from "@tintype/contract/image-v2/images.ts";
import type { ImageStatus } from "../../ports/image-catalog.ts";

/** The word of the Image API for where an image stands: whoever reads the file of an active one gets it, wherever it lies. */
export function shownStatus(status: ImageStatus): ImageV2["status"] {
  return status === "active elsewhere" ? "active" : status;
}
