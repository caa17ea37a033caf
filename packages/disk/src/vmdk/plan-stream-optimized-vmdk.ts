import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { inOrder } from "../pipeline/in-order.ts";
import { COMPRESSION_BLOCK_BYTES } from "../pipeline/pace.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { WRAPPED_SPARE_BYTES, ZERO_CLUSTER } from "../pool/compress-batch.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import type { CompressedBatch } from "../pool/compression-pool.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import type { ClusterBlock } from "../pipeline/read-clusters.ts";
import { GrainStream } from "./grain-stream.ts";
import type { CompressedGrain } from "./grain-stream.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";
import { GRAIN_BYTES } from "./write-sparse-header.ts";

export interface StreamOptimizedOptions extends VmdkWriteOptions, ReadOptions {
  /** Threads that several conversions share. Default: threads of its own, which end with the conversion. */
  readonly pool?: CompressionPool | undefined;
}

/** What is decided before the first byte is read. */
interface Plan {
  readonly dataBytes: number;
  readonly options: StreamOptimizedOptions;
}

/**
 * Plans a streamOptimized VMDK: compressed, in one pass, for a file or a stream alike. Grains of zeros take no room.
 *
 * Shape   sequential; its length is known only at the end: header | descriptor | grains of 64 KiB (zlib, level 1) with their tables between
 *         them | directory | footer | end mark
 * Memory  per thread about 40 MiB (see `CompressionPool`) and two batches of 2 MiB; besides these 12 MiB read ahead or waiting for the sink,
 *         and the grain directory (256 KiB for 2 TiB)
 * Throws  disk.unsupported (options that the format has no place for), what the disk throws; while writing also disk.limit (the file grows
 *         over 2 TiB)
 * Source  VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents"
 */
export async function planStreamOptimizedVmdk(disk: VirtualDisk, options: StreamOptimizedOptions = {}): Promise<PlannedFile> {
  const { dataBytes } = await countClusters(disk, GRAIN_BYTES, options);
  // Refuses options before any work is done.
  new GrainStream(disk.virtualSizeBytes).head(options);
  return {
    format: "vmdk",
    totalBytes: undefined,
    sequential: true,
    pieces: (writeOptions = {}) => streamPieces(disk, { dataBytes, options }, writeOptions),
  };
}

async function* streamPieces(disk: VirtualDisk, plan: Plan, options: WriteOptions): AsyncGenerator<Piece> {
  if (plan.options.pool !== undefined) {
    yield* piecesThrough(plan.options.pool, { disk, plan, options });
    return;
  }
  await using pool = new CompressionPool();
  yield* piecesThrough(pool, { disk, plan, options });
}

type Compressed = CompressedBatch & Pick<ClusterBlock, "guestClusters" | "dataBytes">;

async function* piecesThrough(
  pool: CompressionPool,
  { disk, plan, options }: { readonly disk: VirtualDisk; readonly plan: Plan; readonly options: WriteOptions },
): AsyncGenerator<Piece> {
  const bufferBytes = COMPRESSION_BLOCK_BYTES;
  const grainsPerBlock = bufferBytes / GRAIN_BYTES;
  const inputs = new BufferPool(bufferBytes, 2 * pool.capacity);
  const outputs = new BufferPool(bufferBytes + grainsPerBlock * WRAPPED_SPARE_BYTES, 2 * pool.capacity);
  const compress = async (block: ClusterBlock): Promise<Compressed> => {
    const { guestClusters, dataBytes } = block;
    const inputBytes = guestClusters.length * GRAIN_BYTES;
    const work = { codec: "zlib-wrapped", clusterSize: GRAIN_BYTES, input: block.buffer, inputBytes, output: outputs.take() } as const;
    return { ...(await pool.compress(work)), guestClusters, dataBytes };
  };
  const stream = new GrainStream(disk.virtualSizeBytes);
  const report = progressReport(plan.dataBytes, options);
  yield stream.head(plan.options);
  const reading = { disk, clusterSize: GRAIN_BYTES, buffers: inputs, bufferBytes };
  for await (const block of inOrder(readClusters(reading, { signal: options.signal }), compress, pool.capacity)) {
    inputs.give(block.input);
    const memory = outputs.take();
    // The grains are copied, because markers come between them.
    const pieces = stream.add(grainsOf(block), memory, () => outputs.give(memory));
    outputs.give(block.output);
    yield* pieces;
    report(block.dataBytes);
  }
  yield* stream.finish();
}

function grainsOf({ guestClusters, lengths, output }: Compressed): CompressedGrain[] {
  const grains: CompressedGrain[] = [];
  let packedAt = 0;
  for (const [index, grain] of guestClusters.entries()) {
    const length = lengths[index] ?? ZERO_CLUSTER;
    if (length !== ZERO_CLUSTER) {
      grains.push({ grain, bytes: output.subarray(packedAt, packedAt + length) });
      packedAt += length;
    }
  }
  return grains;
}
