import type { Piece, WriteOptions } from "../core/disk-writer.ts";
import { isZero } from "../core/is-zero.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { BLOCK_BYTES, READS_AHEAD } from "../pipeline/pace.ts";
import { PieceBuilder } from "../pipeline/piece-builder.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import type { ClusterCount } from "../pipeline/data-clusters.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";

/** The guest's clusters that hold data, and their size, which divides 2 MiB. */
export interface ClusterWriting {
  readonly clusterSize: number;
  readonly counted: ClusterCount;
}

/**
 * Makes the pieces of all clusters that the extent map says hold data, one behind the other from `dataOffset`.
 *
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds
 * Throws  disk.io (there is more or less data than was counted), what the disk throws
 */
export async function* clusterPieces(
  disk: VirtualDisk,
  { clusterSize, counted, dataOffset }: ClusterWriting & { readonly dataOffset: number },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const buffers = new BufferPool(BLOCK_BYTES, READS_AHEAD);
  const report = progressReport(counted.dataBytes, options);
  const end = dataOffset + counted.clusters * clusterSize;
  let offset = dataOffset;
  for await (const block of readClusters({ disk, clusterSize, buffers, bufferBytes: BLOCK_BYTES }, options)) {
    const bytes = block.buffer.subarray(0, block.guestClusters.length * clusterSize);
    if (offset + bytes.length > end) {
      throw sourceChanged();
    }
    yield { offset, bytes, release: () => buffers.give(block.buffer) };
    offset += bytes.length;
    report(block.dataBytes);
  }
  if (offset !== end) {
    throw sourceChanged();
  }
}

/** Gives clusters their places, in ascending order of the guest's clusters. */
export interface ClusterPlaces {
  /** Answers the place in the file for a guest cluster that is not all zeros. */
  place(guestCluster: number): number;
  /** Answers the tables that were finished since the last call. */
  takeFinished(): readonly Piece[];
}

/**
 * Makes the pieces of all clusters that hold anything but zeros, each at the place it is given, and of the tables that get finished on the way.
 *
 * Memory  as `clusterPieces`
 * Throws  what the disk and `places` throw
 */
export async function* allocatedPieces(
  disk: VirtualDisk,
  { clusterSize, counted, places }: ClusterWriting & { readonly places: ClusterPlaces },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const buffers = new BufferPool(BLOCK_BYTES, READS_AHEAD);
  const report = progressReport(counted.dataBytes, options);
  for await (const block of readClusters({ disk, clusterSize, buffers, bufferBytes: BLOCK_BYTES }, options)) {
    const builder = new PieceBuilder();
    for (const [index, guestCluster] of block.guestClusters.entries()) {
      const [start, end] = [index * clusterSize, (index + 1) * clusterSize];
      // One byte that is not zero settles nearly every cluster.
      if (block.buffer[start] !== 0 || !isZero(block.buffer.subarray(start, end))) {
        builder.add(places.place(guestCluster), block.buffer, [start, end]);
      }
    }
    yield* builder.pieces(() => buffers.give(block.buffer));
    yield* places.takeFinished();
    report(block.dataBytes);
  }
}
