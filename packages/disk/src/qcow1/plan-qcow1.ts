import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { allocatingTwoLevelPieces, sequentialTwoLevelBytes, sequentialTwoLevelPieces } from "../mapped/two-level-file.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { QCOW_MAGIC } from "../qcow2/qcow2-header.ts";
import { QCOW1_HEADER_BYTES, qcow1Limits } from "./qcow1-header.ts";

export interface Qcow1WriteOptions extends ReadOptions {
  /** Where it goes: a stream cannot go back, a file can, and so takes less space. */
  readonly target: "file" | "stream";
  /** Size of a cluster as a power of two, 9 to 16. Default: 12, what QEMU writes; larger for disks over 1 TiB, to bound the L1 table. */
  readonly clusterBits?: number | undefined;
}

/** L1 tables grow no larger than this unless a cluster size is asked for. */
const MAX_DEFAULT_L1_BYTES = 4 * 1024 * 1024;

/**
 * Plans a QCOW image of version 1, uncompressed, every L2 table one cluster. For a stream everything is laid out from the extent map alone;
 * for a file clusters of zeros take no space, whatever the map says of them.
 *
 * Shape   stream: sequential, header | L1 | L2 tables | data, length known; file: the header last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and the L1 table (4 MiB; at most 64 MiB on request)
 * Throws  disk.unsupported (not a cluster size), disk.limit (the L1 table grows too large), what the disk throws; while writing into a stream
 *         also disk.io (the disk has data where it had none)
 * Source  QEMU block/qcow.c
 */
export async function planQcow1(
  disk: VirtualDisk,
  { target, clusterBits: wantedBits, ...options }: Qcow1WriteOptions,
): Promise<PlannedFile> {
  const clusterBits = wantedBits ?? defaultClusterBits(disk.virtualSizeBytes);
  checkClusterBits(clusterBits, disk.virtualSizeBytes);
  const clusterSize = 2 ** clusterBits;
  const l1Bytes = l1BytesOf(disk.virtualSizeBytes, clusterBits);
  const file = {
    header: writeHeader(disk.virtualSizeBytes, clusterBits),
    clusterSize,
    counted: await countClusters(disk, clusterSize, options),
    l1Offset: QCOW1_HEADER_BYTES,
    l1Bytes,
    tableBytes: clusterSize,
    order: "be",
    freeOffset: Math.ceil((QCOW1_HEADER_BYTES + l1Bytes) / clusterSize) * clusterSize,
  } as const;
  const isStream = target === "stream";
  const makePieces = isStream ? sequentialTwoLevelPieces : allocatingTwoLevelPieces;
  return {
    format: "qcow",
    totalBytes: isStream ? sequentialTwoLevelBytes(file) : undefined,
    sequential: isStream,
    pieces: (writeOptions = {}) => makePieces(disk, file, writeOptions),
  };
}

/** A table is one cluster of 8-byte entries, so an L1 entry stands for 2^(2 * clusterBits - 3) bytes. */
function l1BytesOf(virtualSizeBytes: number, clusterBits: number): number {
  return Math.ceil(virtualSizeBytes / 2 ** (2 * clusterBits - 3)) * 8;
}

function defaultClusterBits(virtualSizeBytes: number): number {
  let bits = 12;
  while (bits < qcow1Limits.maxClusterBits && l1BytesOf(virtualSizeBytes, bits) > MAX_DEFAULT_L1_BYTES) {
    bits += 1;
  }
  return bits;
}

function checkClusterBits(clusterBits: number, virtualSizeBytes: number): void {
  const { minClusterBits, maxClusterBits, l1TableBytes } = qcow1Limits;
  if (!Number.isInteger(clusterBits) || clusterBits < minClusterBits || clusterBits > maxClusterBits) {
    throw new DiskError("disk.unsupported", `Clusters of 2^${clusterBits} bytes do not exist in QCOW version 1.`, {
      remedy: `Choose ${minClusterBits} to ${maxClusterBits}; 12 suits nearly every disk.`,
    });
  }
  if (l1BytesOf(virtualSizeBytes, clusterBits) > l1TableBytes) {
    throw new DiskError(
      "disk.limit",
      `A disk of ${virtualSizeBytes} bytes in clusters of 2^${clusterBits} bytes needs an L1 table of more than ${l1TableBytes} bytes.`,
      { remedy: "Choose larger clusters." },
    );
  }
}

function writeHeader(virtualSizeBytes: number, clusterBits: number): Uint8Array {
  const header = Buffer.alloc(QCOW1_HEADER_BYTES);
  header.writeUInt32BE(QCOW_MAGIC, 0);
  header.writeUInt32BE(1, 4);
  header.writeBigUInt64BE(BigInt(virtualSizeBytes), 24);
  header.writeUInt8(clusterBits, 32);
  header.writeUInt8(clusterBits - 3, 33);
  header.writeBigUInt64BE(BigInt(QCOW1_HEADER_BYTES), 40);
  return header;
}
