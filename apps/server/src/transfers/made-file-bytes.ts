import { plainZvhd2Bytes } from "@tintype/disk/zvhd2/plain-zvhd2-source.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { imageKeyRules, keyRefused } from "../images/key-rules.table.ts";

/** A disk that is kept as its content, and what it came as. */
export interface KeptDisk {
  readonly blobId: BlobId;
  readonly format: string;
  readonly virtualSizeBytes: number;
}

/**
 * Length of the file that an image of this disk is given as by those interfaces that know files: a ZVHD2 file of it, or the disc itself.
 * The map of its data decides, no content is read.
 *
 * Memory  as `plainZvhd2Bytes`
 * Throws  IMG.0095, IMG.0097 for a key that cannot be used any more; what the store throws
 */
export async function madeFileBytes(store: Pick<BlobStore, "open">, disk: KeptDisk, signal?: AbortSignal): Promise<number> {
  const { blobId, format, virtualSizeBytes } = disk;
  if (format === "iso") {
    return virtualSizeBytes;
  }
  try {
    await using blob = await store.open(blobId);
    return await plainZvhd2Bytes({ virtualSizeBytes, extents: (options) => blob.extents(options) }, { ...(signal && { signal }) });
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}
