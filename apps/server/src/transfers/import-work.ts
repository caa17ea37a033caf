import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";

/** Name of the job kind that makes an image from a file; also its name in both job queries. */
export const importJobKind = "imsImportImageJob";

/** What an import is about. The names are fixed before it starts, so that every attempt works on the same image and the same blob. */
export interface ImportInput {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly blobId: BlobId;
  readonly bucket: string;
  readonly key: string;
  readonly minDiskGiB: number;
}

/** An import, and whose it is. */
export interface ImportWork extends ImportInput {
  readonly projectId: ProjectId;
}
