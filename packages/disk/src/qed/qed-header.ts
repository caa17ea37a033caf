/** First four bytes: "QED" and 0, read little-endian. */
export const QED_MAGIC = 0x00444551;

/** Bytes that hold every field of the header. */
export const QED_HEADER_BYTES = 64;

/** Bits of the features: a reader that does not know one of them must refuse. */
export const qedFeatures = { backingFile: 1, needsCheck: 2, noProbe: 4 } as const;

/** Bounds that the specification sets. */
export const qedLimits = {
  minClusterBytes: 4 * 1024,
  maxClusterBytes: 64 * 1024 * 1024,
  maxTableClusters: 16,
} as const;

/**
 * What a QED header says, checked and safe to compute with.
 *
 * Units   bytes; offsets are positions in the file
 * Source  QEMU docs/interop/qed_spec, "Header"
 */
export interface QedHeader {
  readonly clusterSize: number;
  /** Length of the L1 table and of every L2 table. */
  readonly tableBytes: number;
  /** Clusters at the start of the file that belong to the header. */
  readonly headBytes: number;
  readonly sizeBytes: number;
  readonly l1Offset: number;
  /** The image was not closed cleanly: its tables may name clusters that are not theirs. */
  readonly needsCheck: boolean;
  /** What the image does not hold is in another file. */
  readonly hasBackingFile: boolean;
  /** That file is a raw disk, whatever it looks like. */
  readonly isOverRaw: boolean;
}
