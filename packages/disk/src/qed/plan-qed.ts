import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { allocatingTwoLevelPieces, sequentialTwoLevelBytes, sequentialTwoLevelPieces } from "../mapped/two-level-file.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { QED_HEADER_BYTES, QED_MAGIC } from "./qed-header.ts";

export interface QedWriteOptions extends ReadOptions {
  /** Where it goes: a stream cannot go back, a file can, and so takes less space. */
  readonly target: "file" | "stream";
}

/** What QEMU writes, and every reader expects. */
const CLUSTER_BYTES = 64 * 1024;
const TABLE_CLUSTERS = 4;
const TABLE_BYTES = TABLE_CLUSTERS * CLUSTER_BYTES;
const CLUSTERS_PER_TABLE = TABLE_BYTES / 8;
const MAX_DISK_BYTES = CLUSTERS_PER_TABLE ** 2 * CLUSTER_BYTES;

/**
 * Plans a QED image in clusters of 64 KiB and tables of 256 KiB, closed cleanly. For a stream everything is laid out from the extent map alone;
 * for a file clusters of zeros take no space, whatever the map says of them.
 *
 * Shape   stream: sequential, header | L1 | L2 tables | data, length known; file: the header last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and three tables of 256 KiB
 * Throws  disk.limit (over 64 TiB), what the disk throws; while writing into a stream also disk.io (the disk has data where it had none)
 * Source  QEMU docs/interop/qed_spec
 */
export async function planQed(disk: VirtualDisk, { target, ...options }: QedWriteOptions): Promise<PlannedFile> {
  if (disk.virtualSizeBytes > MAX_DISK_BYTES) {
    throw new DiskError("disk.limit", `A QED image holds at most ${MAX_DISK_BYTES} bytes, and the disk has ${disk.virtualSizeBytes}.`, {
      remedy: "Choose qcow2.",
    });
  }
  const file = {
    header: writeHeader(disk.virtualSizeBytes),
    clusterSize: CLUSTER_BYTES,
    counted: await countClusters(disk, CLUSTER_BYTES, { ...options, clustersPerTable: CLUSTERS_PER_TABLE }),
    l1Offset: CLUSTER_BYTES,
    l1Bytes: TABLE_BYTES,
    tableBytes: TABLE_BYTES,
    order: "le",
    freeOffset: CLUSTER_BYTES + TABLE_BYTES,
  } as const;
  const isStream = target === "stream";
  const makePieces = isStream ? sequentialTwoLevelPieces : allocatingTwoLevelPieces;
  return {
    format: "qed",
    totalBytes: isStream ? sequentialTwoLevelBytes(file) : undefined,
    sequential: isStream,
    pieces: (writeOptions = {}) => makePieces(disk, file, writeOptions),
  };
}

function writeHeader(virtualSizeBytes: number): Uint8Array {
  const header = Buffer.alloc(QED_HEADER_BYTES);
  header.writeUInt32LE(QED_MAGIC, 0);
  header.writeUInt32LE(CLUSTER_BYTES, 4);
  header.writeUInt32LE(TABLE_CLUSTERS, 8);
  header.writeUInt32LE(1, 12);
  header.writeBigUInt64LE(BigInt(CLUSTER_BYTES), 40);
  header.writeBigUInt64LE(BigInt(virtualSizeBytes), 48);
  return header;
}
