import type { ImageLocationV2 } from "@tintype/contract/image-v2/locations.ts";
import type { ImageLocation } from "../../ports/image-catalog.ts";

/** Shows a place of an image's content. */
export function toLocation({ url, metadata }: ImageLocation): ImageLocationV2 {
  return { url, metadata };
}
