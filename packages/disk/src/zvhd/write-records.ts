import { DiskError } from "../core/disk-error.ts";
import type { WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { inOrder } from "../pipeline/in-order.ts";
import { READS_AHEAD } from "../pipeline/pace.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { WRAPPED_SPARE_BYTES, ZERO_CLUSTER } from "../pool/compress-batch.ts";
import type { BatchCodec } from "../pool/compress-batch.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import type { CompressedBatch } from "../pool/compression-pool.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import type { ClusterBlock } from "../pipeline/read-clusters.ts";
import { frameRecord, RECORD_HEAD_BYTES, recordBytes } from "./record.ts";
import { BLOCK_BYTES } from "./zvhd-footer.ts";

/** How the blocks of a disk become records. */
export interface RecordWriting {
  readonly disk: VirtualDisk;
  readonly codec: Extract<BatchCodec, "zlib-wrapped" | "deflate-flushed" | "zstd-kept">;
  /** Bytes that go before the payload of the first record. */
  readonly preamble: Uint8Array;
  /** Guest bytes in the blocks that the map says hold data, for the progress. */
  readonly dataBytes: number;
  /** Threads that several conversions share. Default: threads of its own, which end with the last record. */
  readonly pool: CompressionPool | undefined;
}

/** One finished record. */
export interface WrittenRecord {
  readonly block: number;
  readonly bytes: Uint8Array;
  readonly release: () => void;
}

/** Longest preamble: room for it is kept in front of every record. */
const PREAMBLE_BYTES = 2;

/** Where the compressor puts its result. */
const PAYLOAD_AT = PREAMBLE_BYTES + RECORD_HEAD_BYTES;

const OUTPUT_BYTES = PREAMBLE_BYTES + recordBytes(PREAMBLE_BYTES + BLOCK_BYTES + WRAPPED_SPARE_BYTES);

/** Counts the guest bytes of `RecordWriting.dataBytes`. Throws what the disk throws. */
export async function countDataBytes(disk: VirtualDisk, options: WriteOptions): Promise<number> {
  return (await countClusters(disk, BLOCK_BYTES, { signal: options.signal })).dataBytes;
}

/**
 * Compresses the blocks of a disk on the pool and frames them as records, in ascending order. Blocks that are all zeros are left out, whatever
 * the map says of them.
 *
 * Memory  per thread about 40 MiB (see `CompressionPool`) and two blocks with their results; besides these the blocks read ahead and the
 *         records that the sink holds
 * Throws  what the disk throws
 */
export async function* writeRecords(writing: RecordWriting, options: WriteOptions): AsyncGenerator<WrittenRecord> {
  if (writing.pool !== undefined) {
    yield* recordsThrough(writing.pool, writing, options);
    return;
  }
  await using pool = new CompressionPool();
  yield* recordsThrough(pool, writing, options);
}

async function* recordsThrough(pool: CompressionPool, writing: RecordWriting, options: WriteOptions): AsyncGenerator<WrittenRecord> {
  const inputs = new BufferPool(BLOCK_BYTES, READS_AHEAD + pool.capacity);
  const outputs = new BufferPool(OUTPUT_BYTES, pool.capacity);
  const compress = async (block: ClusterBlock): Promise<Compressed> => {
    const work = { codec: writing.codec, clusterSize: BLOCK_BYTES, input: block.buffer, inputBytes: BLOCK_BYTES };
    return { ...(await pool.compress({ ...work, output: outputs.take().subarray(PAYLOAD_AT) })), block };
  };
  const report = progressReport(writing.dataBytes, options);
  const reading = { disk: writing.disk, clusterSize: BLOCK_BYTES, buffers: inputs, bufferBytes: BLOCK_BYTES };
  let isFirst = true;
  for await (const compressed of inOrder(readClusters(reading, { signal: options.signal }), compress, pool.capacity)) {
    const memory = new Uint8Array(compressed.output.buffer);
    inputs.give(compressed.input);
    if (compressed.lengths[0] === ZERO_CLUSTER) {
      outputs.give(memory);
    } else {
      const bytes = recordIn(memory, compressed, isFirst ? writing.preamble : new Uint8Array());
      isFirst = false;
      yield { block: blockOf(compressed), bytes, release: () => outputs.give(memory) };
    }
    report(compressed.block.dataBytes);
  }
}

type Compressed = CompressedBatch & { readonly block: ClusterBlock };

function blockOf({ block: { guestClusters } }: Compressed): number {
  const [block] = guestClusters;
  if (block === undefined || block > 0xffff_ffff) {
    throw new DiskError("disk.limit", `Block ${block} cannot be numbered in 32 bits.`, { remedy: "Choose another format." });
  }
  return block;
}

/** Frames a payload where it lies: head and preamble fit exactly before it. */
function recordIn(memory: Uint8Array, compressed: Compressed, preamble: Uint8Array): Uint8Array {
  const payloadBytes = preamble.length + (compressed.lengths[0] ?? 0);
  const start = PREAMBLE_BYTES - preamble.length;
  const record = memory.subarray(start, start + recordBytes(payloadBytes));
  frameRecord(record, { payloadBytes, block: blockOf(compressed) });
  record.set(preamble, RECORD_HEAD_BYTES);
  return record;
}
