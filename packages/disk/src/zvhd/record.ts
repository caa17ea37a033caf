import { damaged } from "./damaged.ts";

/** Everything in a file begins at a multiple of this. */
export const PAGE_BYTES = 4096;

/** Where the payload of a record begins. */
export const RECORD_HEAD_BYTES = 48;

/** The four bytes at the very end of a record. */
const RECORD_END = Buffer.from("end\0");

const RECORD_COOKIE = Buffer.from("hwstream bg\0");
const PAYLOAD_BYTES_AT = 12;
const BLOCK_AT = 16;

/** What the head of a record says. */
export interface RecordHead {
  readonly payloadBytes: number;
  /** Number of the guest's block. */
  readonly block: number;
}

/** Length of a record with its head, payload, padding and end mark. */
export function recordBytes(payloadBytes: number): number {
  return Math.ceil((RECORD_HEAD_BYTES + payloadBytes + RECORD_END.length) / PAGE_BYTES) * PAGE_BYTES;
}

/** Length of the longest record that a block can need: what zstd adds at most (1/256) is more than what zlib adds. */
export function maxRecordBytes(blockBytes: number): number {
  return recordBytes(blockBytes + blockBytes / 256);
}

/**
 * Reads the head of a record that stands at `offset` of the file.
 *
 * Throws  disk.corrupt (no record, no payload, or more of it than a block can need)
 */
export function parseRecordHead(bytes: Uint8Array, offset: number, blockBytes: number): RecordHead {
  if (bytes.length < RECORD_HEAD_BYTES || RECORD_COOKIE.compare(bytes, 0, RECORD_COOKIE.length) !== 0) {
    throw damaged(`There is no record ("hwstream bg") at ${offset} of the file.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payloadBytes = view.getUint32(PAYLOAD_BYTES_AT, true);
  if (payloadBytes === 0 || recordBytes(payloadBytes) > maxRecordBytes(blockBytes)) {
    throw damaged(`The size at ${PAYLOAD_BYTES_AT} of the record at ${offset} is ${payloadBytes}, for a block of ${blockBytes} bytes.`);
  }
  return { payloadBytes, block: view.getUint32(BLOCK_AT, true) };
}

/**
 * Answers the payload of a whole record, after checking that the record is the one that was looked for. The padding may hold anything:
 * writers leave in it what their memory held before.
 *
 * Throws  disk.corrupt (another block, another length, no end mark)
 */
export function payloadOf(record: Uint8Array, expected: { offset: number; block: number; blockBytes: number }): Uint8Array {
  const { offset, block, blockBytes } = expected;
  const head = parseRecordHead(record, offset, blockBytes);
  if (head.block !== block) {
    throw damaged(`The record at ${offset} is of block ${head.block} (field at ${BLOCK_AT}), where block ${block} should be.`);
  }
  if (recordBytes(head.payloadBytes) !== record.length) {
    throw damaged(`The record at ${offset} has a payload of ${head.payloadBytes} bytes, which does not make its ${record.length} bytes.`);
  }
  if (RECORD_END.compare(record, record.length - RECORD_END.length) !== 0) {
    throw damaged(`The record at ${offset} does not end with its end mark.`);
  }
  return record.subarray(RECORD_HEAD_BYTES, RECORD_HEAD_BYTES + head.payloadBytes);
}

/** Writes head, padding and end mark around a payload that stands at 48 already; `record` has exactly `recordBytes(payloadBytes)`. */
export function frameRecord(record: Uint8Array, { payloadBytes, block }: RecordHead): void {
  record.fill(0, 0, RECORD_HEAD_BYTES).set(RECORD_COOKIE);
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  view.setUint32(PAYLOAD_BYTES_AT, payloadBytes, true);
  view.setUint32(BLOCK_AT, block, true);
  record.fill(0, RECORD_HEAD_BYTES + payloadBytes).set(RECORD_END, record.length - RECORD_END.length);
}
