/** Bytes that carry fields; the block around them is filled up with zeros. */
export const FOOTER_BYTES = 512;

/** How the first and the last block of a file begin. */
export const cookies = { zvhd: "stream\0\0", zvhd2: "z2strm\0\0" } as const;

/** `features` and `version`, `type`: the same in every file. */
export const FEATURES = 2;
export const VERSION = 0x0001_0000;
export const TYPE = 4;

/** Bytes of a block of ZVHD; in ZVHD2 the usual size. */
export const BLOCK_BYTES = 2 * 1024 * 1024;

/**
 * The fields that ZVHD and ZVHD2 have in common.
 *
 * Units  bytes; `timestamp` in seconds since 2000-01-01
 */
export interface ZvhdFooter {
  /** `orig_size` at 40: the size of the disk. */
  readonly sizeBytes: number;
  /** `curr_size` at 48: the size rounded up to whole GiB, which the format's own reader reports. */
  readonly roundedSizeBytes: number;
  /** `uuid` at 68. */
  readonly uuid: string;
  readonly timestamp: number;
  readonly creatorVersion: number;
}
