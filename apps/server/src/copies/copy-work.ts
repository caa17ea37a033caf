import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageDisk } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";

/** What a copy is about. The names are fixed before it starts, so that every attempt makes the same image and the same blob. */
export interface CopyInput {
  readonly imageId: ImageId;
  /** The image that is made. */
  readonly newImageId: ImageId;
  readonly imageName: string;
  readonly blobId: BlobId;
  /** What is copied; images never change their content. */
  readonly source: ImageDisk;
  readonly way: CopyWay;
}

/**
 * How the content gets into the copy: `share` and `rewrap` write a manifest over the same stored bytes (the latter with the data key
 * wrapped by another master key), `rewrite` reads all content and stores it in another form.
 */
export type CopyWay = "share" | "rewrap" | "rewrite";

/** The way from one master key, or none, to another. */
export function copyWay(fromKeyId: string | undefined, toKeyId: string | undefined): CopyWay {
  if (fromKeyId === toKeyId) {
    return "share";
  }
  return fromKeyId !== undefined && toKeyId !== undefined ? "rewrap" : "rewrite";
}
