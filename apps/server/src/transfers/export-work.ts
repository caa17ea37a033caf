import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId } from "../ports/ids.ts";

/** What an export is about. */
export interface ExportInput {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly blobId: BlobId;
  readonly bucket: string;
  readonly key: string;
  readonly format: OutputFormat;
}
