/** The signature at 64, read little-endian. */
export const VDI_SIGNATURE = 0xbeda_107f;

/** Version 1.1, the only one in use. */
export const VDI_VERSION = 0x0001_0001;

/** Bytes that hold every field of the header that is read here. */
export const VDI_HEADER_BYTES = 512;

/** Map entries: a block that was never written, and one that is all zeros. */
export const BLOCK_FREE = 0xffff_ffff;
export const BLOCK_ZERO = 0xffff_fffe;

/** Our own bounds; the map is read whole once. 2^26 blocks of 1 MiB are 64 TiB. */
export const vdiLimits = { minBlockBytes: 4096, maxBlockBytes: 2 ** 30, blocks: 2 ** 26 } as const;

export type VdiType = "dynamic" | "fixed" | "undo" | "differencing";

/**
 * What a VDI header says, checked and safe to compute with.
 *
 * Units   bytes; offsets are positions in the file
 * Source  VirtualBox VDICore.h; QEMU block/vdi.c
 */
export interface VdiHeader {
  readonly type: VdiType;
  /** Free text at 0: the program that made the file. */
  readonly creator: string;
  readonly mapOffset: number;
  readonly dataOffset: number;
  readonly blockBytes: number;
  /** Entries of the map. */
  readonly blocks: number;
  /** Blocks that the data area holds, as stated. */
  readonly storedBlocks: number;
  /** Size of the disk as stated; perhaps not whole sectors. */
  readonly sizeBytes: number;
  readonly uuid: string;
  /** Changes with every session that writes; a child remembers its parent's. */
  readonly modificationUuid: string;
  /** The image that this one was made over; undefined when it stands on its own. */
  readonly parent: { readonly uuid: string; readonly modificationUuid: string } | undefined;
}
