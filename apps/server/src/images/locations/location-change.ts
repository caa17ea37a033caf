import type { ImageFile, ImageLocation } from "../../ports/image-catalog.ts";

/** What a client says the content at a place is. Hex, in small letters. */
export interface ContentClaim {
  readonly md5: string | undefined;
  /** Its word for an algorithm; it may be none of ours. */
  readonly algorithm: string;
  readonly value: string;
}

/** A place that a client names for an image's content. */
export interface NewLocation extends ImageLocation {
  readonly claim: ContentClaim | undefined;
}

/** One change of the places of an image. Places are counted from 0, as they are shown. */
export type LocationChange =
  /** Behind the last one where no place is told. */
  | { readonly op: "add"; readonly index: number | undefined; readonly location: NewLocation }
  | { readonly op: "replace"; readonly locations: readonly ImageLocation[] }
  | { readonly op: "remove"; readonly index: number };

/** What the operator decided about locations. */
export interface LocationSettings {
  readonly locations: "shown" | "hidden";
  /** Algorithm of the digest that images have beside MD5: no other one is promised. */
  readonly digest: ImageFile["digest"]["algorithm"];
}
