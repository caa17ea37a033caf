import { CHUNK_DONE, chunkTypes, magic } from "./protocol.table.ts";

/** The head of a simple reply; the data of a read follows it when there is no error. */
export function simpleReply(cookie: Uint8Array, errorNumber: number): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(magic.simpleReply, 0);
  head.writeUInt32BE(errorNumber, 4);
  head.set(cookie, 8);
  return head;
}

/** One chunk of a structured reply, up to its payload. */
export interface ChunkHead {
  readonly cookie: Uint8Array;
  readonly type: number;
  readonly isLast: boolean;
  /** Bytes that follow. */
  readonly payloadBytes: number;
}

export function chunkHead({ cookie, type, isLast, payloadBytes }: ChunkHead): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt32BE(magic.structuredReply, 0);
  head.writeUInt16BE(isLast ? CHUNK_DONE : 0, 4);
  head.writeUInt16BE(type, 6);
  head.set(cookie, 8);
  head.writeUInt32BE(payloadBytes, 16);
  return head;
}

/** Longest sentence that is sent, in characters; in bytes it stays far below the 4096 that the protocol allows. */
const MAX_MESSAGE_LENGTH = 500;

/** A whole structured reply that says what went wrong. */
export function errorReply(cookie: Uint8Array, errorNumber: number, message: string): readonly Uint8Array[] {
  const text = Buffer.from(message.slice(0, MAX_MESSAGE_LENGTH), "utf8");
  const payload = Buffer.alloc(6);
  payload.writeUInt32BE(errorNumber, 0);
  payload.writeUInt16BE(text.length, 4);
  return [chunkHead({ cookie, type: chunkTypes.error, isLast: true, payloadBytes: payload.length + text.length }), payload, text];
}
