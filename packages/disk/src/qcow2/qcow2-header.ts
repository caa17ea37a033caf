/** First four bytes of every QCOW file: "QFI" and 0xFB. */
export const QCOW_MAGIC = 0x514649fb;

/** Bytes of the header that version 2 defines; version 3 adds to it. */
export const HEADER_V2_BYTES = 72;

/** Least length of a version 3 header. */
export const HEADER_V3_BYTES = 104;

/** Bits of the incompatible features: a reader that does not know one of them must refuse. */
export const incompatibleBits = { dirty: 0, corrupt: 1, externalData: 2, compressionType: 3, extendedL2: 4 } as const;

/** Ceilings that QEMU sets itself, and that no sound file comes near. Units: bytes unless the name says otherwise. */
export const qcow2Limits = {
  minClusterBits: 9,
  maxClusterBits: 21,
  minClusterBitsOfExtendedL2: 14,
  maxRefcountOrder: 6,
  l1TableBytes: 32 * 1024 * 1024,
  refcountTableBytes: 8 * 1024 * 1024,
  snapshotCount: 65_536,
} as const;

/**
 * What a qcow2 header says, checked and safe to compute with.
 *
 * Units   bytes; offsets are positions in the file
 * Source  QEMU docs/interop/qcow2, "Header"
 */
export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly clusterSize: number;
  /** Size of the disk as stated; perhaps not whole sectors. */
  readonly sizeBytes: number;
  readonly l1Offset: number;
  /** Entries of the L1 table that the disk's size needs; the file may have more. */
  readonly l1Entries: number;
  /** Bytes of one L2 entry: 8, or 16 with subclusters. */
  readonly l2EntryBytes: 8 | 16;
  readonly compression: "zlib" | "zstd";
  readonly refcountBits: number;
  readonly snapshotCount: number;
  readonly headerBytes: number;
  readonly isDirty: boolean;
  readonly hasLazyRefcounts: boolean;
  /** What the image does not hold is in another file. */
  readonly hasBackingFile: boolean;
}
