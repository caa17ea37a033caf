import type { ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import { settleAll } from "../core/settle-all.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "./buffer-pool.ts";
import { inOrder } from "./in-order.ts";
import { PIECE_BYTES, READS_AHEAD } from "./pace.ts";
import { dataClusters } from "./data-clusters.ts";
import type { DataClusters } from "./data-clusters.ts";

/** Whole clusters of the guest's disk, one behind the other in memory. */
export interface ClusterBlock {
  /** Numbers of the guest's clusters, in the order in which they lie in `buffer`. */
  readonly guestClusters: readonly number[];
  /** Memory of full size, of which the clusters fill the start. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Guest bytes in the block; less than its clusters when the disk ends inside the last one. */
  readonly dataBytes: number;
}

/** How clusters are read: the disk, the size of its new clusters, and where the memory comes from. */
export interface ClusterReading {
  readonly disk: VirtualDisk;
  readonly clusterSize: number;
  /** Memory of `bufferBytes` each, whole clusters. */
  readonly buffers: BufferPool;
  readonly bufferBytes: number;
}

/**
 * Reads all clusters that the extent map says hold data, in ascending order and some blocks ahead. What the disk does not have of its last
 * cluster is zeros.
 *
 * Memory  6 blocks ahead, and those that the caller has not given back
 * Throws  what the disk throws
 */
export function readClusters(reading: ClusterReading, options: ReadOptions): AsyncGenerator<ClusterBlock> {
  const runs = dataClusters(reading.disk, reading.clusterSize, options);
  const clustersPerBlock = Math.max(Math.floor(Math.min(reading.bufferBytes, PIECE_BYTES) / reading.clusterSize), 1);
  return inOrder(blocksOf(runs, clustersPerBlock), (block) => readBlock(reading, block, options), READS_AHEAD);
}

/** Packs runs into blocks of at most `clustersPerBlock`, cutting long runs and joining short ones. */
async function* blocksOf(runs: AsyncIterable<DataClusters>, clustersPerBlock: number): AsyncGenerator<DataClusters[]> {
  let block: DataClusters[] = [];
  let room = clustersPerBlock;
  for await (const run of runs) {
    for (let done = 0; done < run.count;) {
      const count = Math.min(run.count - done, room);
      block.push({ first: run.first + done, count });
      done += count;
      room -= count;
      if (room === 0) {
        yield block;
        block = [];
        room = clustersPerBlock;
      }
    }
  }
  if (block.length > 0) {
    yield block;
  }
}

async function readBlock(reading: ClusterReading, runs: readonly DataClusters[], options: ReadOptions): Promise<ClusterBlock> {
  const { disk, clusterSize } = reading;
  options.signal?.throwIfAborted();
  const buffer = reading.buffers.take();
  const guestClusters: number[] = [];
  const reads: Promise<void>[] = [];
  let dataBytes = 0;
  for (const { first, count } of runs) {
    const start = guestClusters.length * clusterSize;
    const length = Math.min(count * clusterSize, disk.virtualSizeBytes - first * clusterSize);
    reads.push(fillFrom(disk, buffer.subarray(start, start + length), first * clusterSize, options));
    buffer.fill(0, start + length, start + count * clusterSize);
    dataBytes += length;
    for (let index = 0; index < count; index += 1) {
      guestClusters.push(first + index);
    }
  }
  await settleAll(reads);
  return { guestClusters, buffer, dataBytes };
}
