import { DiskError } from "../core/disk-error.ts";
import { chunkRatio, isBlockSize, MAX_VHDX_BYTES, MIB } from "./vhdx-structures.ts";

/** Places of what every written file has. */
export const LOG_OFFSET = MIB;
export const LOG_BYTES = MIB;
export const METADATA_OFFSET = 2 * MIB;
export const METADATA_BYTES = MIB;
export const BAT_OFFSET = 3 * MIB;

/** Blocks that Windows makes in fixed and differencing disks: small ones, so that little data takes little room. */
const SMALL_BLOCK_BYTES = 2 * MIB;

/** Blocks that Windows makes in dynamic disks: for large disks, so that the block table stays below 16 MiB. */
const LARGE_BLOCK_BYTES = 32 * MIB;
const LARGE_DISK_BYTES = 4 * 1024 ** 4;

/**
 * Where everything lies in a VHDX that is written.
 *
 * Shape   head | log | metadata | block table | blocks; all begin at whole MiB
 * Units   bytes
 */
export interface VhdxLayout {
  readonly sizeBytes: number;
  readonly sectorBytes: number;
  readonly blockBytes: number;
  readonly blocks: number;
  /** Blocks between two entries for sector bitmaps, which a disk without a parent leaves empty. */
  readonly ratio: number;
  readonly batBytes: number;
  readonly firstDataAt: number;
}

/**
 * Lays a disk out.
 *
 * Throws  disk.limit (over 64 TiB), disk.unsupported (not a block size)
 * Source  [MS-VHDX] 2.1, 2.5
 */
export function planVhdxLayout(disk: { sizeBytes: number; sectorBytes: number; blockBytes?: number | undefined }): VhdxLayout {
  const { sizeBytes, sectorBytes } = disk;
  const blockBytes = disk.blockBytes ?? (sizeBytes <= LARGE_DISK_BYTES ? SMALL_BLOCK_BYTES : LARGE_BLOCK_BYTES);
  if (!isBlockSize(blockBytes)) {
    throw new DiskError("disk.unsupported", `Blocks of ${blockBytes} bytes do not exist in VHDX.`, {
      remedy: "Choose a power of two from 1 to 256 MiB.",
    });
  }
  if (sizeBytes > MAX_VHDX_BYTES) {
    throw new DiskError("disk.limit", `A disk of ${sizeBytes} bytes does not fit into a VHDX, which ends at 64 TiB.`, {
      remedy: "Choose qcow2.",
    });
  }
  const blocks = Math.ceil(sizeBytes / blockBytes);
  const ratio = chunkRatio(blockBytes, sectorBytes);
  const batBytes = Math.ceil(((blocks + Math.floor((blocks - 1) / ratio)) * 8) / MIB) * MIB;
  return { sizeBytes, sectorBytes, blockBytes, blocks, ratio, batBytes, firstDataAt: BAT_OFFSET + batBytes };
}
