import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { dataRuns } from "../pipeline/data-runs.ts";
import { BLOCK_BYTES, READS_AHEAD } from "../pipeline/pace.ts";
import { PieceBuilder } from "../pipeline/piece-builder.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { chosenClusterSize, planLayout } from "./plan-layout.ts";
import type { Qcow2Layout, Qcow2WriteOptions } from "./plan-layout.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { writeHead } from "./write-head.ts";
import { L2TableWriter } from "./write-l2-tables.ts";
import { RefcountWriter } from "./write-refcounts.ts";

/**
 * Plans a qcow2 file for a sink that can go back: clusters get their place as they come, and those that are all zeros get none.
 * The room for the tables in front is reserved from the extent map, what is not needed of it stays a hole.
 *
 * Shape   not sequential: data and finished L2 tables, then refcounts and L1, the header last
 * Memory  6 blocks of 2 MiB read ahead, one more for each piece that the sink holds, tables of at most 2 MiB (see the table writers)
 *         and the L1 table (1 MiB for 64 TiB)
 * Throws  disk.limit (the disk is too large for the cluster size), disk.unsupported (not a cluster size), what the disk throws;
 *         while writing also disk.io (the disk has data where it had none while planning)
 * Source  QEMU docs/interop/qcow2
 */
export async function planAllocatingQcow2(disk: VirtualDisk, options: Qcow2WriteOptions & ReadOptions = {}): Promise<PlannedFile> {
  const counted = await countClusters(disk, chosenClusterSize(options), options);
  const layout = planLayout(disk.virtualSizeBytes, counted, options);
  return {
    format: "qcow2",
    totalBytes: undefined,
    sequential: false,
    pieces: (writeOptions = {}) => allocatingPieces(disk, { layout, dataBytes: counted.dataBytes }, writeOptions),
  };
}

async function* allocatingPieces(
  disk: VirtualDisk,
  { layout, dataBytes }: { readonly layout: Qcow2Layout; readonly dataBytes: number },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const { clusterSize } = layout;
  const buffers = new BufferPool(BLOCK_BYTES, READS_AHEAD);
  const tables = new L2TableWriter(layout);
  const refcounts = new RefcountWriter(layout);
  const report = progressReport(dataBytes, options);
  let fileEnd = layout.dataAt;
  for await (const block of readClusters({ disk, clusterSize, buffers, bufferBytes: BLOCK_BYTES }, options)) {
    const builder = new PieceBuilder();
    const blockStart = fileEnd;
    const bytes = block.buffer.subarray(0, block.guestClusters.length * clusterSize);
    for (const { start, end } of dataRuns(bytes, clusterSize)) {
      builder.add(fileEnd * clusterSize, bytes, [start, end]);
      for (const guestCluster of block.guestClusters.slice(start / clusterSize, end / clusterSize)) {
        tables.putPlain(guestCluster, fileEnd);
        fileEnd += 1;
      }
    }
    if (fileEnd > layout.endAt) {
      throw sourceChanged();
    }
    refcounts.add(blockStart, fileEnd);
    yield* builder.pieces(() => buffers.give(block.buffer));
    yield* tables.takeFinished();
    yield* refcounts.settle(layout.dataAt, fileEnd);
    report(block.dataBytes);
  }
  yield* tables.finish();
  yield* writeHead({ layout, tables, refcounts, compression: "zlib" });
}
