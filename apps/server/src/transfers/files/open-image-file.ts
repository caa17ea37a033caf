import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import { plainZvhd2Source } from "@tintype/disk/zvhd2/plain-zvhd2-source.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { imageKeyRules, keyRefused } from "../../images/key-rules.table.ts";
import { openImageDisk } from "../open-image-disk.ts";
import type { FoundFile } from "./find-image-file.ts";

/**
 * Opens the file of an image. An image that was not uploaded as a file is the content of a disk: it is given as a ZVHD2 file of it, whose
 * length is known before it is made, unless its format says that the content is the file.
 *
 * Memory  as `plainZvhd2Source`, where it is made
 * Throws  IMG.0095, IMG.0097; what the store throws
 */
export async function openImageFile(
  store: BlobStore,
  { file, disk, diskFormat }: FoundFile,
): Promise<Pick<ByteSource, "read" | "lengthBytes"> & AsyncDisposable> {
  if (file === undefined && diskFormat === "zvhd2") {
    return await plainZvhd2Source(await openImageDisk(store, disk));
  }
  try {
    return await store.open(disk.blobId);
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}
