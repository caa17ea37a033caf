import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { inOrder } from "../pipeline/in-order.ts";
import { COMPRESSION_BLOCK_BYTES } from "../pipeline/pace.ts";
import { PieceBuilder } from "../pipeline/piece-builder.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { PLAIN_CLUSTER, ZERO_CLUSTER } from "../pool/compress-batch.ts";
import type { Codec } from "../pool/compress-batch.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import type { CompressedBatch } from "../pool/compression-pool.ts";
import { PackedRoom } from "./packed-room.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { chosenClusterSize, planLayout } from "./plan-layout.ts";
import type { Qcow2Layout, Qcow2WriteOptions } from "./plan-layout.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import type { ClusterBlock } from "../pipeline/read-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { L2TableWriter } from "./write-l2-tables.ts";
import { writeHead } from "./write-head.ts";
import { RefcountWriter } from "./write-refcounts.ts";

export interface CompressedQcow2Options extends Qcow2WriteOptions, ReadOptions {
  readonly codec: Codec;
  /** Threads that several conversions share. Default: threads of its own, which end with the conversion. */
  readonly pool?: CompressionPool | undefined;
}

/** What is decided before the first byte is read. */
interface Plan {
  readonly layout: Qcow2Layout;
  readonly dataBytes: number;
  readonly codec: Codec;
  readonly pool: CompressionPool | undefined;
}

/**
 * Plans a qcow2 file with compressed clusters, for a sink that can go back. Clusters that do not shrink stay plain, zeros take no room.
 *
 * Shape   not sequential: data and finished L2 tables, then refcounts and L1, the header last
 * Memory  per thread about 40 MiB (see `CompressionPool`) and two batches of 2 MiB; besides these 12 MiB read ahead or waiting for the sink,
 *         and the L1 table (1 MiB for 64 TiB)
 * Throws  disk.unsupported (zstd in version 2, not a cluster size), disk.limit (the disk is too large for the cluster size), what the disk
 *         throws; while writing also disk.io (the disk has data where it had none while planning)
 * Source  QEMU docs/interop/qcow2, "Compressed Clusters Descriptor"
 */
export async function planCompressedQcow2(disk: VirtualDisk, options: CompressedQcow2Options): Promise<PlannedFile> {
  const { codec, pool } = options;
  if (codec === "zstd" && options.compat === "0.10") {
    throw new DiskError("disk.unsupported", "qcow2 version 2 (compat 0.10) has no zstd.", { remedy: "Choose zlib, or compat 1.1." });
  }
  const counted = await countClusters(disk, chosenClusterSize(options), options);
  const layout = planLayout(disk.virtualSizeBytes, counted, options);
  return {
    format: "qcow2",
    totalBytes: undefined,
    sequential: false,
    pieces: (writeOptions = {}) => compressedPieces(disk, { layout, dataBytes: counted.dataBytes, codec, pool }, writeOptions),
  };
}

async function* compressedPieces(disk: VirtualDisk, plan: Plan, options: WriteOptions): AsyncGenerator<Piece> {
  if (plan.pool !== undefined) {
    yield* piecesThrough(plan.pool, { disk, plan, options });
    return;
  }
  await using pool = new CompressionPool();
  yield* piecesThrough(pool, { disk, plan, options });
}

async function* piecesThrough(
  pool: CompressionPool,
  { disk, plan, options }: { readonly disk: VirtualDisk; readonly plan: Plan; readonly options: WriteOptions },
): AsyncGenerator<Piece> {
  const { layout, codec } = plan;
  const { clusterSize } = layout;
  const bufferBytes = Math.max(COMPRESSION_BLOCK_BYTES, clusterSize);
  const buffers = new BufferPool(bufferBytes, 2 * pool.capacity);
  const compress = async (block: ClusterBlock): Promise<Compressed> => {
    const inputBytes = block.guestClusters.length * clusterSize;
    const batch = await pool.compress({ codec, clusterSize, input: block.buffer, inputBytes, output: buffers.take() });
    return { ...batch, guestClusters: block.guestClusters, dataBytes: block.dataBytes };
  };
  const placing = new Placing(layout);
  const report = progressReport(plan.dataBytes, options);
  const blocks = readClusters({ disk, clusterSize, buffers, bufferBytes }, { signal: options.signal });
  for await (const block of inOrder(blocks, compress, pool.capacity)) {
    yield* placing.place(block, () => {
      buffers.give(block.input);
      buffers.give(block.output);
    });
    report(block.dataBytes);
  }
  yield* placing.finish(codec);
}

type Compressed = CompressedBatch & Pick<ClusterBlock, "guestClusters" | "dataBytes">;

/** Gives compressed clusters their room in the file, and keeps the tables that say where it is. */
class Placing {
  readonly #layout: Qcow2Layout;
  readonly #room: PackedRoom;
  readonly #tables: L2TableWriter;
  readonly #refcounts: RefcountWriter;

  constructor(layout: Qcow2Layout) {
    this.#layout = layout;
    this.#room = new PackedRoom(layout.dataAt, layout.clusterSize);
    this.#tables = new L2TableWriter(layout);
    this.#refcounts = new RefcountWriter(layout);
  }

  /** Answers the pieces of a block and the tables that are finished with it. */
  place(block: Compressed, release: () => void): Piece[] {
    const builder = new PieceBuilder();
    let packedAt = 0;
    for (const [index, guestCluster] of block.guestClusters.entries()) {
      const length = block.lengths[index] ?? ZERO_CLUSTER;
      if (length === PLAIN_CLUSTER) {
        this.#placePlain(guestCluster, { builder, memory: block.input, start: index * this.#layout.clusterSize });
      } else if (length !== ZERO_CLUSTER) {
        this.#placePacked(guestCluster, { builder, memory: block.output, start: packedAt, length });
        packedAt += length;
      }
    }
    if (this.#room.endCluster > this.#layout.endAt) {
      throw sourceChanged();
    }
    const settled = this.#refcounts.settle(this.#layout.dataAt, this.#room.settledCluster);
    return [...builder.pieces(release), ...this.#tables.takeFinished(), ...settled];
  }

  /** Answers the rest of the file. */
  *finish(codec: Codec): Generator<Piece> {
    yield* this.#tables.finish();
    yield* this.#lastClusterFilled();
    yield* writeHead({ layout: this.#layout, tables: this.#tables, refcounts: this.#refcounts, compression: codec });
  }

  /** Zeros up to the end of the last cluster: readers fetch whole sectors. */
  *#lastClusterFilled(): Generator<Piece> {
    const { packedEndBytes, endCluster } = this.#room;
    const missing = endCluster * this.#layout.clusterSize - packedEndBytes;
    if (missing > 0 && missing < this.#layout.clusterSize) {
      yield { offset: packedEndBytes, bytes: new Uint8Array(missing) };
    }
  }

  #placePlain(guestCluster: number, from: { builder: PieceBuilder; memory: Uint8Array; start: number }): void {
    const { clusterSize } = this.#layout;
    const cluster = this.#room.takePlain();
    this.#tables.putPlain(guestCluster, cluster);
    this.#refcounts.add(cluster, cluster + 1);
    from.builder.add(cluster * clusterSize, from.memory, [from.start, from.start + clusterSize]);
  }

  #placePacked(guestCluster: number, from: { builder: PieceBuilder; memory: Uint8Array; start: number; length: number }): void {
    const { clusterSize } = this.#layout;
    const offset = this.#room.takePacked(from.length);
    this.#tables.putCompressed(guestCluster, offset, from.length);
    // Every compressed cluster counts once in each cluster of the file that it touches.
    this.#refcounts.add(Math.floor(offset / clusterSize), Math.floor((offset + from.length - 1) / clusterSize) + 1);
    from.builder.add(offset, from.memory, [from.start, from.start + from.length]);
  }
}
