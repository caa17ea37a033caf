import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { DiskError } from "../core/disk-error.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { frameRecord, PAGE_BYTES, RECORD_HEAD_BYTES, recordBytes } from "../zvhd/record.ts";
import { RecordLengths } from "../zvhd/record-lengths.ts";
import type { ZvhdWriteOptions } from "../zvhd/write-footer.ts";
import { rawZstdFrame } from "./raw-zstd-frame.ts";
import { writeTail } from "./write-tail.ts";
import { buildZvhd2Footer } from "./write-zvhd2-footer.ts";
import { MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from "./zvhd2-footer.ts";

/** A block of a disk that is compressed already: one zstd frame of `length` bytes that states its size, or the bytes themselves. */
export interface StoredBlock {
  readonly offset: number;
  readonly length: number;
  readonly form: "zstd" | "raw";
  readonly bytes: Uint8Array;
}

/** A disk whose content is kept in compressed blocks. */
export interface StoredDisk {
  readonly sizeBytes: number;
  /** Length of every block but the last. */
  readonly blockBytes: number;
  /** Bytes in the blocks, for the progress. */
  readonly dataBytes: number;
  /** The blocks that are not all zeros, ascending. */
  blocks(options: { readonly signal?: AbortSignal | undefined }): AsyncIterable<StoredBlock>;
}

const compress = promisify(zstdCompress);
const decompress = promisify<Uint8Array, { maxOutputLength: number }, Uint8Array>(zstdDecompress);

/** Tells whether blocks of that length can be the blocks of a ZVHD2 file. */
export function areZvhd2Blocks(blockBytes: number): boolean {
  return blockBytes >= MIN_BLOCK_BYTES && blockBytes <= MAX_BLOCK_BYTES && Number.isInteger(Math.log2(blockBytes));
}

/**
 * Plans a ZVHD2 file whose records hold the blocks as they are. Only a last block that is shorter than the others is compressed, because a
 * record is of a whole block.
 *
 * Shape   sequential; the length is known at the end
 * Memory  one record, and 2 bytes for each block of the disk
 * Throws  RangeError (no such block length); while writing what `blocks` throws, disk.corrupt (a block that lies where none can)
 * Source  docs/formats/zvhd2.md
 */
export function planStoredZvhd2(disk: StoredDisk, options: ZvhdWriteOptions = {}): PlannedFile {
  if (!areZvhd2Blocks(disk.blockBytes)) {
    throw new RangeError(`A ZVHD2 file has no blocks of ${disk.blockBytes} bytes.`);
  }
  const firstBlock = buildZvhd2Footer({ sizeBytes: disk.sizeBytes, method: "zstd", blockBytes: disk.blockBytes }, options);
  return {
    format: "zvhd2",
    totalBytes: undefined,
    sequential: true,
    pieces: (writeOptions = {}) => storedPieces(firstBlock, disk, writeOptions),
  };
}

async function* storedPieces(firstBlock: Buffer, disk: StoredDisk, options: WriteOptions): AsyncGenerator<Piece> {
  const { blockBytes, sizeBytes } = disk;
  const lengths = new RecordLengths(Math.ceil(sizeBytes / blockBytes), PAGE_BYTES);
  const report = progressReport(disk.dataBytes, options);
  yield { offset: 0, bytes: firstBlock };
  let next = 0;
  for await (const stored of disk.blocks({ signal: options.signal })) {
    checkPlace(stored, disk, next);
    const block = stored.offset / blockBytes;
    const bytes = recordOf(block, await payloadOf(stored, blockBytes));
    const offset = lengths.endBytes;
    lengths.append(block, bytes.length);
    next = stored.offset + blockBytes;
    yield { offset, bytes };
    report(stored.length);
  }
  yield* writeTail(firstBlock, lengths);
}

/** A block begins behind the one before it, at a multiple of the block length, and is whole unless it is the last. */
function checkPlace({ offset, length }: StoredBlock, { sizeBytes, blockBytes }: StoredDisk, next: number): void {
  if (offset < next || offset % blockBytes !== 0 || length !== Math.min(blockBytes, sizeBytes - offset)) {
    throw new DiskError("disk.corrupt", `There is no block of ${length} bytes at ${offset} of a disk of ${sizeBytes}.`);
  }
}

async function payloadOf({ form, length, bytes }: StoredBlock, blockBytes: number): Promise<Uint8Array> {
  if (length < blockBytes) {
    const whole = Buffer.alloc(blockBytes);
    whole.set(form === "raw" ? bytes : await decompress(bytes, { maxOutputLength: length }));
    return await compress(whole, { pledgedSrcSize: blockBytes, params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  }
  return form === "zstd" ? bytes : rawZstdFrame(bytes);
}

function recordOf(block: number, payload: Uint8Array): Uint8Array {
  const record = new Uint8Array(recordBytes(payload.length));
  frameRecord(record, { payloadBytes: payload.length, block });
  record.set(payload, RECORD_HEAD_BYTES);
  return record;
}
