import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { writeExactly } from "@tintype/store/folder/write-exactly.ts";
import { DamagedCacheError } from "../../ports/file-cache.ts";
import type { ImageId } from "../../ports/ids.ts";

/** Bytes that one checksum stands for. */
export const blockBytes = 1024 * 1024;

const magic = Buffer.from("TTCACHE1");
/** Checksum of what is before it, image, length of the file, when it came, magic. */
const tailBytes = 4 + 36 + 8 + 8 + magic.length;

/** What is known of a cached file, behind its bytes. */
export interface CachedFileEnd {
  readonly imageId: ImageId;
  readonly lengthBytes: number;
  readonly cachedAt: number;
  /** CRC-32 of every block, 4 bytes each, little endian. */
  readonly checksums: Buffer;
}

/** Writes what is known of a file behind its bytes. */
export async function writeEnd(handle: FileHandle, { imageId, lengthBytes, cachedAt, checksums }: CachedFileEnd): Promise<void> {
  const tail = Buffer.alloc(tailBytes);
  tail.write(imageId, 4, 36, "latin1");
  tail.writeBigUInt64LE(BigInt(lengthBytes), 40);
  tail.writeBigUInt64LE(BigInt(cachedAt), 48);
  magic.copy(tail, 56);
  tail.writeUInt32LE(crc32(tail.subarray(4), crc32(checksums)), 0);
  await writeExactly(handle, lengthBytes, checksums);
  await writeExactly(handle, lengthBytes + checksums.length, tail);
}

/**
 * Reads what is known of a cached file.
 *
 * Memory  4 bytes for each MiB of the file
 * Throws  DamagedCacheError when the file does not end so; what reading throws
 */
export async function readEnd(handle: FileHandle): Promise<CachedFileEnd> {
  const { size } = await handle.stat();
  const tail = await readAt(handle, size - tailBytes, tailBytes);
  const lengthBytes = Number(tail.readBigUInt64LE(40));
  const checksumBytes = checksumBytesOf(lengthBytes);
  if (!tail.subarray(56).equals(magic) || lengthBytes + checksumBytes + tailBytes !== size) {
    throw new DamagedCacheError("The end of a cached file is not what was written.");
  }
  const checksums = await readAt(handle, lengthBytes, checksumBytes);
  if (crc32(tail.subarray(4), crc32(checksums)) !== tail.readUInt32LE(0)) {
    throw new DamagedCacheError("The checksums of a cached file are not what was written.");
  }
  // As it was written, without what fills the place.
  const imageId = tail.toString("latin1", 4, 40).replace(/\0+$/, "") as ImageId;
  return { imageId, lengthBytes, cachedAt: Number(tail.readBigUInt64LE(48)), checksums };
}

function checksumBytesOf(lengthBytes: number): number {
  return Math.ceil(lengthBytes / blockBytes) * 4;
}

/** Throws  DamagedCacheError when the file is shorter */
async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = offset < 0 ? { bytesRead: -1 } : await handle.read(bytes, 0, length, offset);
  if (bytesRead !== length) {
    throw new DamagedCacheError("A cached file is shorter than what was written.");
  }
  return bytes;
}
