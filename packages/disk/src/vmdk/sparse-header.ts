/** "KDMV", the first bytes of a hosted sparse extent. */
export const SPARSE_MAGIC = 0x564d_444b;

/** "COWD", the first bytes of an ESX sparse extent. */
export const COWD_MAGIC = 0x4457_4f43;

/** The first four bytes of a seSparse extent, read as a little-endian number. */
export const SESPARSE_MAGIC = 0xcafe_babe;

/** Where the grain directory of a stream lies at the end, this stands in place of its sector. */
export const DIRECTORY_AT_END = "at-end";

/** Bits of the header's flags. */
export const sparseFlags = {
  newlineTest: 0x1,
  redundantTables: 0x2,
  zeroGrains: 0x4,
  compressed: 0x1_0000,
  markers: 0x2_0000,
} as const;

/** Types of the markers that lie between the grains of a stream. */
export const markerTypes = { endOfStream: 0, grainTable: 1, grainDirectory: 2, footer: 3 } as const;

/** Ceilings for what a header may ask of the reader. */
export const vmdkLimits = {
  /** Grains that are stored as they are; the format's own examples go no further. */
  grainBytes: 1024 ** 3,
  /** Grains that are decompressed whole. */
  compressedGrainBytes: 2 * 1024 ** 2,
  /** 4 bytes each in memory. */
  directoryEntries: 8 * 1024 ** 2,
  descriptorBytes: 1024 ** 2,
  /** Entries of a grain table in a hosted sparse extent. */
  tableEntries: 512,
} as const;

/**
 * How the grains of a sparse extent are found and kept, whichever of the two kinds it is.
 *
 * Units  sectors of 512 bytes, unless the name says otherwise
 */
export interface GrainShape {
  readonly capacityBytes: number;
  readonly grainBytes: number;
  readonly tableEntries: number;
  readonly isCompressed: boolean;
  /** Whether each compressed grain begins with a marker that names its place and length. */
  readonly hasMarkers: boolean;
  /** Whether the entry 1 of a table says "zeros". */
  readonly hasZeroGrains: boolean;
}

/** The header of a hosted sparse extent, checked. */
export interface SparseHeader extends GrainShape {
  readonly version: number;
  readonly descriptorSector: number;
  readonly descriptorSectors: number;
  readonly directorySector: number | typeof DIRECTORY_AT_END;
  /** Sectors before the first grain. */
  readonly overheadSectors: number;
  readonly isDirty: boolean;
}

/** Entries of the grain directory that a disk of this shape needs. */
export function directoryEntries({ capacityBytes, grainBytes, tableEntries }: GrainShape): number {
  return Math.ceil(capacityBytes / (grainBytes * tableEntries));
}
