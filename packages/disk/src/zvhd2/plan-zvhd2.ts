import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { PlanZvhdOptions } from "../zvhd/plan-zvhd.ts";
import { PAGE_BYTES } from "../zvhd/record.ts";
import { RecordLengths } from "../zvhd/record-lengths.ts";
import { countDataBytes, writeRecords } from "../zvhd/write-records.ts";
import type { RecordWriting } from "../zvhd/write-records.ts";
import { BLOCK_BYTES } from "../zvhd/zvhd-footer.ts";
import { writeTail } from "./write-tail.ts";
import { buildZvhd2Footer } from "./write-zvhd2-footer.ts";
import type { CompressionMethod } from "./zvhd2-footer.ts";

export interface PlanZvhd2Options extends PlanZvhdOptions {
  /** Default: zstd. */
  readonly method?: CompressionMethod | undefined;
}

const codecs = { zlib: "zlib-wrapped", zstd: "zstd-kept" } as const;

/**
 * Plans a ZVHD2 file of version 1 with blocks of 2 MiB: records, a copy of the first block, index, bitmap, last block.
 *
 * Shape   sequential; the length is known when the last block is compressed; the same disk and options give the same file
 * Memory  as `writeRecords`, and 2 bytes for each 2 MiB of disk (1 MiB for a TiB)
 * Throws  what the disk throws, also while writing; RangeError (the uuid is none)
 * Source  docs/formats/zvhd2.md
 */
export async function planZvhd2(disk: VirtualDisk, options: PlanZvhd2Options = {}): Promise<PlannedFile> {
  const method = options.method ?? "zstd";
  const dataBytes = await countDataBytes(disk, options);
  const writing = { disk, codec: codecs[method], preamble: new Uint8Array(), dataBytes, pool: options.pool };
  const firstBlock = buildZvhd2Footer({ sizeBytes: disk.virtualSizeBytes, method, blockBytes: BLOCK_BYTES }, options);
  return {
    format: "zvhd2",
    totalBytes: undefined,
    sequential: true,
    pieces: (writeOptions = {}) => zvhd2Pieces(firstBlock, writing, writeOptions),
  };
}

async function* zvhd2Pieces(firstBlock: Buffer, writing: RecordWriting, options: WriteOptions): AsyncGenerator<Piece> {
  const lengths = new RecordLengths(Math.ceil(writing.disk.virtualSizeBytes / BLOCK_BYTES), PAGE_BYTES);
  yield { offset: 0, bytes: firstBlock };
  for await (const { block, bytes, release } of writeRecords(writing, options)) {
    const offset = lengths.endBytes;
    lengths.append(block, bytes.length);
    yield { offset, bytes, release };
  }
  yield* writeTail(firstBlock, lengths);
}
