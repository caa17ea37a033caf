import type { ZvhdFooter } from "../zvhd/zvhd-footer.ts";

/** How the blocks are compressed, in the order of `compress_method` at 141. */
export const methods = ["zlib", "zstd"] as const;
export type CompressionMethod = (typeof methods)[number];

/** The version of the layout that is published, and the only one known. */
export const ZVHD2_VERSION = 1;

/** The shortest and the longest block; all are powers of two. */
export const MIN_BLOCK_BYTES = 1024 * 1024;
export const MAX_BLOCK_BYTES = 32 * 1024 * 1024;

export const INDEX_ENTRY_BYTES = 16;
export const INDEX_SEGMENT_BYTES = 512 * 1024;
export const BITMAP_SEGMENT_BYTES = 4096;
export const ENTRIES_PER_SEGMENT = INDEX_SEGMENT_BYTES / INDEX_ENTRY_BYTES;
export const BITS_PER_SEGMENT = BITMAP_SEGMENT_BYTES * 8;

/** What the first and the last block of a ZVHD2 file say alike. */
export interface Zvhd2Footer extends ZvhdFooter {
  /** `block_size` at 88. */
  readonly blockBytes: number;
  /** `max_blk_num` at 92. */
  readonly blockCount: number;
  readonly method: CompressionMethod;
}

/** Where index and bitmap stand, which only the last block says. Both consist of whole segments. */
export interface Zvhd2Tables {
  readonly indexOffset: number;
  readonly indexSegments: number;
  readonly bitmapOffset: number;
  readonly bitmapSegments: number;
  /** `non_zero_blk_num` at 136: bits in the bitmap, entries in the index. */
  readonly storedBlocks: number;
}
