import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import { plainZvhd2Source } from "@tintype/disk/zvhd2/plain-zvhd2-source.ts";
import type { BlobStore, StoredBlob } from "@tintype/store/blob-store.ts";
import { piecesOf } from "../../buckets/read-range.ts";
import type { ByteRange } from "../../buckets/read-range.ts";
import { imageKeyRules, keyRefused } from "../../images/key-rules.table.ts";
import { openImageDisk } from "../open-image-disk.ts";
import type { FoundFile } from "./find-image-file.ts";

/** What opening the file of an image needs. */
export interface OpenImageFileDeps {
  readonly store: Pick<BlobStore, "open">;
}

/** The file of an image, open for reading. */
export interface OpenedFile extends AsyncDisposable {
  readonly lengthBytes: number;
  /** True when what is stored is sealed, so that its bytes may lie nowhere as they are. */
  readonly isSealed: boolean;
  /** Gives a range, every byte proven. The memory of a piece is used again when the next is asked for. */
  pieces(range: ByteRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Opens the file of an image. An image that was not uploaded as a file is the content of a disk: it is given as a ZVHD2 file of it, whose
 * length is known before it is made, unless its format says that the content is the file.
 *
 * Memory  as `StoredBlob.pieces` (4 chunks); where it is made, as `plainZvhd2Source` and `readRange`
 * Throws  IMG.0095, IMG.0097; what the store throws
 */
export async function openImageFile({ store }: OpenImageFileDeps, found: FoundFile): Promise<OpenedFile> {
  if (isMadeOfDisk(found)) {
    return opened(await plainZvhd2Source(await openImageDisk(store, found.disk)), found);
  }
  try {
    return opened(await store.open(found.disk.blobId), found);
  } catch (error) {
    throw keyRefused(imageKeyRules, error);
  }
}

/** True when the file is not what is stored, but made of it. */
export function isMadeOfDisk({ file, diskFormat }: FoundFile): boolean {
  return file === undefined && diskFormat === "zvhd2";
}

type Source = Pick<ByteSource, "read" | "lengthBytes"> & Pick<StoredBlob, "pieces" | "keyId"> & AsyncDisposable;

function opened(source: Source, { isEncrypted }: FoundFile): OpenedFile {
  return {
    lengthBytes: source.lengthBytes,
    isSealed: isEncrypted || source.keyId !== undefined,
    pieces: (range, signal) => piecesOf(source, range, signal),
    [Symbol.asyncDispose]: async () => source[Symbol.asyncDispose](),
  };
}
