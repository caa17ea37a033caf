import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { writeExactly } from "@tintype/store/folder/write-exactly.ts";
import type { FileToCache } from "../../ports/file-cache.ts";
import { blockBytes, writeEnd } from "./cached-file-end.ts";

/**
 * Writes all bytes of a file and what is known of it, flushed.
 *
 * Memory  one piece, and 4 bytes for each MiB of the file
 * Throws  RangeError when the pieces are not so many bytes; what they throw, and writing; the signal's reason
 */
export async function writeCachedFile(
  handle: FileHandle,
  { imageId, lengthBytes, pieces }: FileToCache,
  { cachedAt, signal }: { readonly cachedAt: number; readonly signal: AbortSignal },
): Promise<void> {
  const checksums = Buffer.alloc(Math.ceil(lengthBytes / blockBytes) * 4);
  let written = 0;
  for await (const piece of pieces) {
    signal.throwIfAborted();
    if (written + piece.length > lengthBytes) {
      throw new RangeError(`A file of ${lengthBytes} bytes has more than that.`);
    }
    addToChecksums(checksums, written, piece);
    await writeExactly(handle, written, piece);
    written += piece.length;
  }
  if (written !== lengthBytes) {
    throw new RangeError(`A file of ${lengthBytes} bytes has ${written}.`);
  }
  await writeEnd(handle, { imageId, lengthBytes, cachedAt, checksums });
  await handle.sync();
}

/** A checksum goes on where it stood: 0 is that of nothing. */
function addToChecksums(checksums: Buffer, offset: number, piece: Uint8Array): void {
  for (let done = 0; done < piece.length;) {
    const at = Math.floor((offset + done) / blockBytes) * 4;
    const next = Math.min(piece.length, done + blockBytes - ((offset + done) % blockBytes));
    checksums.writeUInt32LE(crc32(piece.subarray(done, next), checksums.readUInt32LE(at)), at);
    done = next;
  }
}
