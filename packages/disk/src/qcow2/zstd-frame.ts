import { DiskError } from "../core/disk-error.ts";

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAX_BLOCK_BYTES = 128 * 1024;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/**
 * What a zstd frame says about itself before anything is decompressed.
 *
 * Units   bytes; `end` is a position in the bytes given
 */
export interface ZstdFrame {
  readonly end: number;
  /** Memory a decoder needs to look back; 0 for a frame that carries no content. */
  readonly windowBytes: number;
  /** Size of the content, where the frame tells. */
  readonly contentBytes: number | undefined;
}

/**
 * Finds where the frame at `offset` ends, by its headers alone. A compressed cluster is followed by whatever shares its last sector,
 * so its end must be known before decompressing, and so must its size and window.
 *
 * Throws  disk.corrupt (no frame, or one that reaches over the end of `bytes`)
 * Source  RFC 8878, sections 3.1.1 and 3.1.2
 */
export function readZstdFrame(bytes: Uint8Array, offset: number): ZstdFrame {
  const cursor = new Cursor(bytes, offset);
  const magic = cursor.take(4);
  if (magic >= SKIPPABLE_MAGIC && magic < SKIPPABLE_MAGIC + 16) {
    cursor.skip(cursor.take(4));
    return { end: cursor.at, windowBytes: 0, contentBytes: 0 };
  }
  if (magic !== MAGIC) {
    throw new DiskError("disk.corrupt", `There is no zstd frame at byte ${offset} of the compressed data.`);
  }
  const descriptor = cursor.take(1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const windowBytes = isSingleSegment ? 0 : windowOf(cursor.take(1));
  cursor.skip([0, 1, 2, 4][descriptor & 3] ?? 0);
  const contentBytes = contentSizeOf(cursor, descriptor >> 6, isSingleSegment);
  skipBlocks(cursor);
  if ((descriptor & 0x04) !== 0) {
    cursor.skip(4);
  }
  return { end: cursor.at, windowBytes: isSingleSegment ? (contentBytes ?? 0) : windowBytes, contentBytes };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSizeOf(cursor: Cursor, sizeFlag: number, isSingleSegment: boolean): number | undefined {
  switch (sizeFlag) {
    case 0:
      return isSingleSegment ? cursor.take(1) : undefined;
    case 1:
      return cursor.take(2) + 256;
    case 2:
      return cursor.take(4);
    default:
      return cursor.take(4) + cursor.take(4) * 0x1_0000_0000;
  }
}

function skipBlocks(cursor: Cursor): void {
  for (let isLast = false; !isLast;) {
    const header = cursor.take(3);
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === RESERVED_BLOCK || size > MAX_BLOCK_BYTES) {
      throw new DiskError("disk.corrupt", `The zstd block that ends its header at byte ${cursor.at} of the compressed data is not valid.`);
    }
    cursor.skip(type === RLE_BLOCK ? 1 : size);
    isLast = (header & 1) !== 0;
  }
}

/** Reads little-endian integers forward and refuses to go over the end. */
class Cursor {
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  skip(count: number): void {
    if (this.at + count > this.#bytes.length) {
      throw new DiskError("disk.corrupt", `The compressed data ends after ${this.#bytes.length} bytes, inside a zstd frame.`);
    }
    this.at += count;
  }

  take(count: number): number {
    const from = this.at;
    this.skip(count);
    let value = 0;
    for (let index = count - 1; index >= 0; index -= 1) {
      value = value * 256 + (this.#bytes[from + index] ?? 0);
    }
    return value;
  }
}
