/** Bytes of the header; the L1 table may begin right behind it. */
export const QCOW1_HEADER_BYTES = 48;

/** Bounds of QEMU's reader, and our own for the L1 table, which is kept in memory. */
export const qcow1Limits = {
  minClusterBits: 9,
  maxClusterBits: 16,
  minL2Bits: 6,
  maxL2Bits: 13,
  l1TableBytes: 64 * 1024 * 1024,
} as const;

/**
 * What a header of QCOW version 1 says, checked and safe to compute with.
 *
 * Units   bytes; offsets are positions in the file
 * Source  QEMU block/qcow.c
 */
export interface Qcow1Header {
  readonly clusterBits: number;
  readonly clusterSize: number;
  readonly entriesPerL2: number;
  /** Size of the disk as stated; perhaps not whole sectors. */
  readonly sizeBytes: number;
  readonly l1Offset: number;
  readonly l1Entries: number;
  /** What the image does not hold is in another file. */
  readonly hasBackingFile: boolean;
}
