import { DiskError } from "../core/disk-error.ts";
import { qcow2Limits } from "./qcow2-header.ts";
import type { ClusterCount } from "../pipeline/data-clusters.ts";

/** What a caller may choose about a qcow2 file. */
export interface Qcow2WriteOptions {
  /** Size of a cluster as a power of two, 9 to 21. Default 16: 64 KiB, what QEMU writes. */
  readonly clusterBits?: number | undefined;
  /** "0.10" writes version 2, for old readers. Default "1.1": version 3. */
  readonly compat?: Qcow2Compat | undefined;
}

/** The first release of QEMU that reads the file. */
export type Qcow2Compat = "0.10" | "1.1";

/**
 * Where everything lies in a qcow2 file that is written.
 *
 * Shape   header | refcount table | refcount blocks | L1 table | L2 tables | data; each begins where the one before ends
 * Units   clusters, unless the name says otherwise; places are numbers of clusters in the file
 * Source  QEMU docs/interop/qcow2
 */
export interface Qcow2Layout {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly clusterSize: number;
  readonly virtualSizeBytes: number;
  readonly refcountTableAt: number;
  readonly refcountTableClusters: number;
  readonly refcountBlocksAt: number;
  readonly refcountBlocks: number;
  readonly l1At: number;
  readonly l1Entries: number;
  readonly l2At: number;
  readonly l2Tables: number;
  readonly dataAt: number;
  readonly dataClusters: number;
  /** Behind the last cluster of the file. */
  readonly endAt: number;
}

/** Clusters whose refcount one refcount block holds: entries are 16 bits wide. */
export function clustersPerRefcountBlock(clusterSize: number): number {
  return clusterSize / 2;
}

/**
 * Answers the cluster size that was asked for.
 *
 * Throws  disk.unsupported (not a size that qcow2 has)
 */
export function chosenClusterSize({ clusterBits = 16 }: Qcow2WriteOptions): number {
  const { minClusterBits, maxClusterBits } = qcow2Limits;
  if (!Number.isInteger(clusterBits) || clusterBits < minClusterBits || clusterBits > maxClusterBits) {
    throw new DiskError("disk.unsupported", `Clusters of 2^${clusterBits} bytes do not exist in qcow2.`, {
      remedy: `Choose ${minClusterBits} to ${maxClusterBits}; 16 suits nearly every disk.`,
    });
  }
  return 2 ** clusterBits;
}

/**
 * Gives every part of the file its place. The refcounts count themselves, so their size is found by repeating until it no longer grows.
 *
 * Throws  disk.limit (the tables grow over what readers accept), disk.unsupported (not a cluster size)
 * Source  limits of QEMU block/qcow2.h
 */
export function planLayout(virtualSizeBytes: number, counted: ClusterCount, options: Qcow2WriteOptions): Qcow2Layout {
  const clusterSize = chosenClusterSize(options);
  const l1Entries = Math.ceil(virtualSizeBytes / (clusterSize * (clusterSize / 8)));
  if (l1Entries * 8 > qcow2Limits.l1TableBytes) {
    throw tablesTooLarge(virtualSizeBytes, clusterSize);
  }
  // A table without entries still has a place: readers refuse the place 0.
  const l1Clusters = Math.max(Math.ceil((l1Entries * 8) / clusterSize), 1);
  const others = 1 + l1Clusters + counted.l2Tables + counted.clusters;
  const { refcountBlocks, refcountTableClusters } = refcountRoom(others, clusterSize);
  if (refcountBlocks * 8 > qcow2Limits.refcountTableBytes) {
    throw tablesTooLarge(virtualSizeBytes, clusterSize);
  }
  const refcountBlocksAt = 1 + refcountTableClusters;
  const l1At = refcountBlocksAt + refcountBlocks;
  const l2At = l1At + l1Clusters;
  const dataAt = l2At + counted.l2Tables;
  return {
    version: options.compat === "0.10" ? 2 : 3,
    clusterBits: Math.log2(clusterSize),
    clusterSize,
    virtualSizeBytes,
    refcountTableAt: 1,
    refcountTableClusters,
    refcountBlocksAt,
    refcountBlocks,
    l1At,
    l1Entries,
    l2At,
    l2Tables: counted.l2Tables,
    dataAt,
    dataClusters: counted.clusters,
    endAt: dataAt + counted.clusters,
  };
}

function refcountRoom(otherClusters: number, clusterSize: number): { refcountBlocks: number; refcountTableClusters: number } {
  let refcountBlocks = 0;
  let refcountTableClusters = 1;
  for (;;) {
    const needed = Math.ceil((otherClusters + refcountBlocks + refcountTableClusters) / clustersPerRefcountBlock(clusterSize));
    if (needed <= refcountBlocks) {
      return { refcountBlocks, refcountTableClusters };
    }
    refcountBlocks = needed;
    refcountTableClusters = Math.ceil((refcountBlocks * 8) / clusterSize);
  }
}

function tablesTooLarge(virtualSizeBytes: number, clusterSize: number): DiskError {
  return new DiskError(
    "disk.limit",
    `A disk of ${virtualSizeBytes} bytes needs larger tables than qcow2 readers accept with clusters of ${clusterSize} bytes.`,
    {
      remedy: "Choose larger clusters.",
    },
  );
}
