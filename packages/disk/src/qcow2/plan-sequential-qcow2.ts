import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { BLOCK_BYTES, READS_AHEAD } from "../pipeline/pace.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { dataClusters, countClusters } from "../pipeline/data-clusters.ts";
import { chosenClusterSize, planLayout } from "./plan-layout.ts";
import type { Qcow2Layout, Qcow2WriteOptions } from "./plan-layout.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { writeAllCounted } from "./write-all-counted.ts";
import { writeHeader } from "./write-header.ts";
import { L2TableWriter } from "./write-l2-tables.ts";

/**
 * Plans a qcow2 file that a stream can carry: everything is laid out from the extent map alone, before a byte of data is read.
 * Clusters that turn out to be zeros although the map calls them data do take space in the file; `planAllocatingQcow2` avoids that for files.
 *
 * Shape   sequential: header | refcounts | L1 | L2 | data
 * Memory  6 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and the L1 table (1 MiB for 64 TiB)
 * Throws  disk.limit (the disk is too large for the cluster size), disk.unsupported (not a cluster size), what the disk throws;
 *         while writing also disk.io (the disk has data where it had none while planning)
 * Source  QEMU docs/interop/qcow2
 */
export async function planSequentialQcow2(disk: VirtualDisk, options: Qcow2WriteOptions & ReadOptions = {}): Promise<PlannedFile> {
  const counted = await countClusters(disk, chosenClusterSize(options), options);
  const layout = planLayout(disk.virtualSizeBytes, counted, options);
  return {
    format: "qcow2",
    totalBytes: layout.endAt * layout.clusterSize,
    sequential: true,
    pieces: (writeOptions = {}) => sequentialPieces(disk, { layout, dataBytes: counted.dataBytes }, writeOptions),
  };
}

async function* sequentialPieces(
  disk: VirtualDisk,
  plan: { readonly layout: Qcow2Layout; readonly dataBytes: number },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const { layout } = plan;
  yield { offset: 0, bytes: writeHeader(layout, "zlib") };
  yield* writeAllCounted(layout);
  // The L1 table comes before the L2 tables that fill it, and those may be too many to keep: they are made twice.
  const { l1 } = await drained(l2Pieces(disk, layout, options));
  yield { offset: layout.l1At * layout.clusterSize, bytes: l1 };
  yield* l2Pieces(disk, layout, options);
  yield* dataPieces(disk, plan, options);
}

/** Makes the L2 tables; returns the writer that then holds the whole L1 table. */
async function* l2Pieces(disk: VirtualDisk, layout: Qcow2Layout, { signal }: WriteOptions): AsyncGenerator<Piece, L2TableWriter> {
  const tables = new L2TableWriter(layout);
  let fileCluster = layout.dataAt;
  for await (const { first, count } of dataClusters(disk, layout.clusterSize, { signal })) {
    for (let index = 0; index < count; index += 1) {
      tables.putPlain(first + index, fileCluster);
      fileCluster += 1;
      if (fileCluster > layout.endAt) {
        throw sourceChanged();
      }
      yield* tables.takeFinished();
    }
  }
  yield* tables.finish();
  return tables;
}

async function drained<T>(pieces: AsyncGenerator<Piece, T>): Promise<T> {
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

async function* dataPieces(
  disk: VirtualDisk,
  { layout, dataBytes }: { readonly layout: Qcow2Layout; readonly dataBytes: number },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const { clusterSize } = layout;
  const bufferBytes = BLOCK_BYTES;
  const buffers = new BufferPool(bufferBytes, READS_AHEAD);
  const report = progressReport(dataBytes, options);
  let fileCluster = layout.dataAt;
  for await (const block of readClusters({ disk, clusterSize, buffers, bufferBytes }, options)) {
    const clusters = block.guestClusters.length;
    const bytes = block.buffer.subarray(0, clusters * clusterSize);
    yield { offset: fileCluster * clusterSize, bytes, release: () => buffers.give(block.buffer) };
    fileCluster += clusters;
    report(block.dataBytes);
  }
  if (fileCluster !== layout.endAt) {
    throw sourceChanged();
  }
}
