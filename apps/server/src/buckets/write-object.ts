import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import type { BlobWriter } from "@tintype/store/blob-store.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import { checkSize } from "./check-size.ts";
import type { ObjectAddress } from "./require-bucket.ts";
import { storeObject } from "./store-object.ts";
import type { ObjectContent, StoreObjectDeps } from "./store-object.ts";

/** A file that is made while it is written: what plans it may know its length beforehand. */
export type FileInPieces = Pick<PlannedFile, "totalBytes" | "pieces">;

/** Where a made file goes, and what it is. */
export interface NewObject extends ObjectAddress {
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Stores a file that the service makes itself (an export) as a new object. What no piece covers reads as zeros and takes no room.
 * Nothing of it is visible before it is whole, and nothing is left when it fails or is aborted. Its ETag is no MD5: computing
 * one over the zeros of a sparse disk would take longer than the export.
 *
 * Shape   pieces in ascending order, so the plan must be sequential
 * Memory  one piece, and what the store's writer holds
 * Throws  obs.ObjectAlreadyExists (before anything is made, and again when the object is put), obs.NoSuchBucket, obs.EntityTooLarge,
 *         the signal's reason, what `pieces` throws, `store.full`
 */
export async function writeObject(deps: StoreObjectDeps, target: NewObject, file: FileInPieces): Promise<ObjectRecord> {
  const { signal, contentType = "application/octet-stream", metadata = {} } = target;
  const description = { ...target, contentType, metadata, condition: { kind: "new" } as const };
  const { object } = await storeObject(deps, description, async (writer): Promise<ObjectContent> => {
    checkSize(file.totalBytes ?? 0, deps.ceilings.objectBytes, "an object");
    const lengthBytes = await writePieces(writer, file, signal);
    checkSize(lengthBytes, deps.ceilings.objectBytes, "an object");
    return { lengthBytes, etag: `${deps.ids.hex32()}-1` };
  });
  return object;
}

/** Answers the length of the file. */
async function writePieces(writer: BlobWriter, file: FileInPieces, signal: AbortSignal | undefined): Promise<number> {
  let end = 0;
  for await (const { offset, bytes, release } of file.pieces({ signal })) {
    signal?.throwIfAborted();
    if (offset < end || offset + bytes.length > (file.totalBytes ?? Infinity)) {
      throw new RangeError(
        `A piece of ${bytes.length} bytes at ${offset} goes back before ${end}, or leaves the ${file.totalBytes} bytes of the file`,
      );
    }
    await writer.write(offset, bytes);
    end = offset + bytes.length;
    release?.();
  }
  signal?.throwIfAborted();
  return file.totalBytes ?? end;
}
