import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import { buildFooter } from "./write-footer.ts";
import type { ZvhdWriteOptions } from "./write-footer.ts";
import { countDataBytes, writeRecords } from "./write-records.ts";

export interface PlanZvhdOptions extends ZvhdWriteOptions, ReadOptions {
  /** Threads that several conversions share. Default: threads of its own, which end with the conversion. */
  readonly pool?: CompressionPool | undefined;
}

/** The header of a zlib stream: deflate, a window of 32 KiB, the fastest level. */
const STREAM_HEADER = Uint8Array.of(0x78, 0x01);

/**
 * Plans a ZVHD file. The records are parts of one zlib stream, as the format wants; no part looks back at the one before, so that they are
 * compressed side by side, and our own reader reads them in any order.
 *
 * Shape   sequential; the length is known when the last block is compressed; the same disk and options give the same file
 * Memory  as `writeRecords`
 * Throws  what the disk throws, also while writing; RangeError (the uuid is none)
 * Source  docs/formats/zvhd.md
 */
export async function planZvhd(disk: VirtualDisk, options: PlanZvhdOptions = {}): Promise<PlannedFile> {
  const dataBytes = await countDataBytes(disk, options);
  const footer = buildFooter("zvhd", disk.virtualSizeBytes, options);
  const writing = { disk, codec: "deflate-flushed", preamble: STREAM_HEADER, dataBytes, pool: options.pool } as const;
  return {
    format: "zvhd",
    totalBytes: undefined,
    sequential: true,
    pieces: async function* (writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
      yield { offset: 0, bytes: footer };
      let offset = footer.length;
      for await (const { bytes, release } of writeRecords(writing, writeOptions)) {
        yield { offset, bytes, release };
        offset += bytes.length;
      }
      yield { offset, bytes: footer };
    },
  };
}
