import type { ReadOptions } from "../core/byte-source.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";

/** A run of clusters of the guest's disk that hold data, at least in part. */
export interface DataClusters {
  readonly first: number;
  readonly count: number;
}

/**
 * Lists the clusters that the extent map says hold data.
 *
 * Shape   ascending; runs neither overlap nor touch
 * Units   clusters
 * Memory  one run
 * Throws  what the disk throws
 */
export async function* dataClusters(disk: VirtualDisk, clusterSize: number, options: ReadOptions = {}): AsyncGenerator<DataClusters> {
  let first = 0;
  let end = 0;
  for await (const extent of disk.extents(options)) {
    if (extent.kind !== "data" || extent.length === 0) {
      continue;
    }
    const extentFirst = Math.floor(extent.offset / clusterSize);
    if (extentFirst > end && end > first) {
      yield { first, count: end - first };
    }
    first = extentFirst > end ? extentFirst : first;
    end = Math.ceil((extent.offset + extent.length) / clusterSize);
  }
  if (end > first) {
    yield { first, count: end - first };
  }
}

/** How many of a disk's clusters hold data, and how much room their tables take. */
export interface ClusterCount {
  readonly clusters: number;
  /** L2 tables that name at least one of the clusters. */
  readonly l2Tables: number;
  /** Guest bytes in the clusters: the last one may reach over the end of the disk. */
  readonly dataBytes: number;
}

/**
 * Counts the clusters of `dataClusters`.
 *
 * Shape   a table maps `clustersPerTable` clusters; default: as many entries of 8 bytes as a cluster holds
 * Memory  none to speak of, however many extents there are
 */
export async function countClusters(
  disk: VirtualDisk,
  clusterSize: number,
  { clustersPerTable = clusterSize / 8, ...options }: ReadOptions & { readonly clustersPerTable?: number | undefined } = {},
): Promise<ClusterCount> {
  let clusters = 0;
  let l2Tables = 0;
  let endBytes = 0;
  let lastTable = -1;
  for await (const { first, count } of dataClusters(disk, clusterSize, options)) {
    const firstTable = Math.max(Math.floor(first / clustersPerTable), lastTable + 1);
    lastTable = Math.floor((first + count - 1) / clustersPerTable);
    l2Tables += lastTable - firstTable + 1;
    clusters += count;
    endBytes = (first + count) * clusterSize;
  }
  return { clusters, l2Tables, dataBytes: clusters * clusterSize - Math.max(endBytes - disk.virtualSizeBytes, 0) };
}
