import { readU64 } from "../core/read-u64.ts";
import { magic } from "./protocol.table.ts";
import { WireViolation } from "./wire.ts";

/** Bytes of a request before its data. */
export const REQUEST_BYTES = 28;

/** What a client asks for. Nothing in it is checked but the magic number. */
export interface NbdRequest {
  readonly flags: number;
  readonly command: number;
  /** 8 bytes that the answer carries back. */
  readonly cookie: Uint8Array;
  /** Exact up to 2^53 - 1; above that larger than any disk. */
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads the head of a request.
 *
 * Throws  WireViolation when it is none
 * Source  NetworkBlockDevice/nbd, doc/proto.md, "Request message"
 */
export function parseRequest(head: Uint8Array): NbdRequest {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const found = view.getUint32(0);
  if (found !== magic.request) {
    throw new WireViolation(`A request begins with 0x${found.toString(16)} instead of the magic number.`);
  }
  return {
    flags: view.getUint16(4),
    command: view.getUint16(6),
    cookie: head.subarray(8, 16),
    offset: readU64(view, 16),
    length: view.getUint32(24),
  };
}
