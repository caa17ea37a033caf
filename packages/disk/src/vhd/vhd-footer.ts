/** Bytes of a footer. Writers before Virtual PC 2004 left the last one out. */
export const FOOTER_BYTES = 512;
export const FOOTER_COOKIE = "conectix";

/** Bytes of the header of a dynamic or differencing disk. */
export const DYNAMIC_HEADER_BYTES = 1024;
export const DYNAMIC_COOKIE = "cxsparse";

/** The only version of footer and header there is. */
export const VHD_VERSION = 0x0001_0000;

/** Says "nowhere": in `data_offset` (twice) and in an entry of the block table. */
export const NOWHERE = 0xffff_ffff;

/** Largest disk of the format, what Hyper-V and QEMU accept: a place in the file is a number of sectors with 32 bits. */
export const MAX_VHD_BYTES = 2040 * 1024 ** 3;

/** The type field at 60. */
export const typeNumbers = { fixed: 2, dynamic: 3, differencing: 4 } as const;

export type VhdType = keyof typeof typeNumbers;

/** Cylinders, heads and sectors per track, which old guests and tools count a disk in. */
export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectors: number;
}

/**
 * What a footer says.
 *
 * Units   bytes, unless the name says otherwise
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format"
 */
export interface VhdFooter {
  readonly type: VhdType;
  /** Place of the dynamic header. */
  readonly dataOffset: number;
  /** Four characters that name the program, without padding. */
  readonly creator: string;
  readonly originalSizeBytes: number;
  readonly currentSizeBytes: number;
  readonly geometry: Geometry;
  /** By which a differencing disk names its parent. */
  readonly uniqueId: string;
  /** The disk belongs to a suspended machine. */
  readonly isSavedState: boolean;
}
