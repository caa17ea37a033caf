import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { frameRecord, PAGE_BYTES, RECORD_HEAD_BYTES, recordBytes } from "../zvhd/record.ts";
import { RecordLengths } from "../zvhd/record-lengths.ts";
import type { ZvhdWriteOptions } from "../zvhd/write-footer.ts";
import { BLOCK_BYTES } from "../zvhd/zvhd-footer.ts";
import { MIN_FRAME_BYTES } from "./check-frames.ts";
import { groupFrames } from "./group-frames.ts";
import type { FramedBlock, FrameGeometry, StoredFrame } from "./group-frames.ts";
import { writeTail } from "./write-tail.ts";
import { buildZvhd2Footer } from "./write-zvhd2-footer.ts";
import { MAX_BLOCK_BYTES, MIN_BLOCK_BYTES } from "./zvhd2-footer.ts";

/** A disk whose content is kept in compressed pieces. */
export interface StoredDisk {
  readonly sizeBytes: number;
  /** Length of every piece but the last. */
  readonly frameBytes: number;
  /** Bytes in the pieces, for the progress. */
  readonly dataBytes: number;
  /** The pieces that are not all zeros, ascending. */
  frames(options: { readonly signal?: AbortSignal | undefined }): AsyncIterable<StoredFrame>;
}

/** Tells whether pieces of that length can make up the blocks of a ZVHD2 file: a power of two from 4 KiB to 32 MiB. */
export function makeUpZvhd2Blocks(frameBytes: number): boolean {
  return frameBytes >= MIN_FRAME_BYTES && frameBytes <= MAX_BLOCK_BYTES && Number.isInteger(Math.log2(frameBytes));
}

/**
 * Plans a ZVHD2 file whose records hold the pieces as they are. A piece of 1 MiB or more is a block, in one frame; of shorter ones as many as
 * make up the usual block of 2 MiB stand in a record one after the other. Nothing is compressed but zeros, once for each length.
 *
 * Shape   sequential; the length is known at the end
 * Memory  one record with its frames, and 2 bytes for each block of the disk
 * Throws  RangeError (no such length of pieces); while writing what `frames` throws, disk.corrupt (a piece that lies where none can)
 * Source  docs/formats/zvhd2.md, docs/decisions/0008
 */
export function planStoredZvhd2(disk: StoredDisk, options: ZvhdWriteOptions = {}): PlannedFile {
  const { sizeBytes, frameBytes } = disk;
  if (!makeUpZvhd2Blocks(frameBytes)) {
    throw new RangeError(`The blocks of a ZVHD2 file are not made of pieces of ${frameBytes} bytes.`);
  }
  const blockBytes = frameBytes < MIN_BLOCK_BYTES ? BLOCK_BYTES : frameBytes;
  const firstBlock = buildZvhd2Footer({ sizeBytes, method: "zstd", blockBytes }, options);
  return {
    format: "zvhd2",
    totalBytes: undefined,
    sequential: true,
    pieces: (writeOptions = {}) => storedPieces(firstBlock, { disk, geometry: { sizeBytes, frameBytes, blockBytes } }, writeOptions),
  };
}

async function* storedPieces(
  firstBlock: Buffer,
  { disk, geometry }: { readonly disk: StoredDisk; readonly geometry: FrameGeometry },
  options: WriteOptions,
): AsyncGenerator<Piece> {
  const lengths = new RecordLengths(Math.ceil(geometry.sizeBytes / geometry.blockBytes), PAGE_BYTES);
  const report = progressReport(disk.dataBytes, options);
  yield { offset: 0, bytes: firstBlock };
  for await (const framed of groupFrames(disk.frames({ signal: options.signal }), geometry)) {
    const bytes = recordOf(framed);
    const offset = lengths.endBytes;
    lengths.append(framed.block, bytes.length);
    yield { offset, bytes };
    report(framed.storedBytes);
  }
  yield* writeTail(firstBlock, lengths);
}

function recordOf({ block, frames }: FramedBlock): Uint8Array {
  const payloadBytes = frames.reduce((sum, { length }) => sum + length, 0);
  const record = new Uint8Array(recordBytes(payloadBytes));
  frameRecord(record, { payloadBytes, block });
  let at = RECORD_HEAD_BYTES;
  for (const frame of frames) {
    record.set(frame, at);
    at += frame.length;
  }
  return record;
}
