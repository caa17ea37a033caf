import type { BlockDevice, Stretch } from "./block-device.ts";
import type { NbdRequest } from "./parse-request.ts";
import { chunkTypes, commandFlags, errorNumbers } from "./protocol.table.ts";
import { chunkHead, simpleReply } from "./reply-heads.ts";
import type { NbdSession } from "./session.ts";
import { withoutNeighbours } from "./without-neighbours.ts";

/** Chunks of one answer at most; a range in more pieces is sent as data. */
const MAX_CHUNKS = 64;

/**
 * Reads what was asked for, and words the answer. Zeros that are known are told, not sent, where the client can take that. Everything is read
 * before anything is sent, so that an answer never breaks off half-way.
 *
 * Memory  the data asked for
 * Throws  what the device throws
 */
export async function answerRead(
  request: NbdRequest,
  { device, session, signal }: { readonly device: BlockDevice; readonly session: NbdSession; readonly signal: AbortSignal },
): Promise<readonly Uint8Array[]> {
  const { cookie, offset, length } = request;
  if (!session.structuredReplies) {
    return [simpleReply(cookie, errorNumbers.none), await device.read(offset, length, { signal })];
  }
  if (length === 0) {
    return [chunkHead({ cookie, type: chunkTypes.none, isLast: true, payloadBytes: 0 })];
  }
  const isWhole = (request.flags & commandFlags.dontFragment) !== 0;
  const pieces = isWhole ? [{ offset, length, isZero: false }] : await piecesOf(request, device, signal);
  const parts: Uint8Array[] = [];
  for (const [index, piece] of pieces.entries()) {
    const isLast = index === pieces.length - 1;
    if (piece.isZero) {
      parts.push(...holeChunk(cookie, piece, isLast));
    } else {
      parts.push(...dataChunk({ cookie, isLast, offset: piece.offset }, await device.read(piece.offset, piece.length, { signal })));
    }
  }
  return parts;
}

interface ChunkPlace {
  readonly cookie: Uint8Array;
  readonly isLast: boolean;
  readonly offset: number;
}

function dataChunk({ cookie, isLast, offset }: ChunkPlace, bytes: Uint8Array): readonly Uint8Array[] {
  return [chunkHead({ cookie, type: chunkTypes.offsetData, isLast, payloadBytes: 8 + bytes.length }), u64(offset), bytes];
}

function holeChunk(cookie: Uint8Array, piece: Stretch, isLast: boolean): readonly Uint8Array[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(piece.length);
  return [chunkHead({ cookie, type: chunkTypes.offsetHole, isLast, payloadBytes: 12 }), u64(piece.offset), length];
}

async function piecesOf({ offset, length }: NbdRequest, device: BlockDevice, signal: AbortSignal): Promise<readonly Stretch[]> {
  const pieces: Stretch[] = [];
  for await (const piece of withoutNeighbours(device.stretches(offset, length, { signal }))) {
    if (pieces.length === MAX_CHUNKS) {
      return [{ offset, length, isZero: false }];
    }
    pieces.push(piece);
  }
  return pieces;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
