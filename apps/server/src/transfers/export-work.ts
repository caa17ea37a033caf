import type { DiskFormat, OutputFormat } from "@tintype/disk/core/disk-format.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId } from "../ports/ids.ts";

/** What an export is about. */
export interface ExportInput {
  readonly imageId: ImageId;
  readonly imageName: string;
  readonly blobId: BlobId;
  /** Format of the file that the blob is; absent where it is the disk's content. */
  readonly blobFormat?: DiskFormat;
  readonly bucket: string;
  readonly key: string;
  readonly format: OutputFormat;
  /** True when the file takes the stored frames as they are, where these can be its blocks. */
  readonly keepsFrames?: boolean;
}
