import type { BlockDevice } from "./block-device.ts";
import type { NbdRequest } from "./parse-request.ts";
import { allocation, ALLOCATION_CONTEXT_ID, chunkTypes, commandFlags } from "./protocol.table.ts";
import { chunkHead } from "./reply-heads.ts";
import { withoutNeighbours } from "./without-neighbours.ts";

/** Descriptors of one answer at most: 32 KiB. The client asks on where they end. */
const MAX_DESCRIPTORS = 4096;

/**
 * Tells which parts of a range hold data and which read as zeros, which are never stored.
 *
 * Memory  32 KiB
 * Throws  what the device throws
 */
export async function answerBlockStatus(request: NbdRequest, device: BlockDevice, signal: AbortSignal): Promise<readonly Uint8Array[]> {
  const { cookie, flags, offset, length } = request;
  const limit = (flags & commandFlags.oneExtent) === 0 ? MAX_DESCRIPTORS : 1;
  const words = [ALLOCATION_CONTEXT_ID];
  for await (const stretch of withoutNeighbours(device.stretches(offset, length, { signal }))) {
    words.push(stretch.length, stretch.isZero ? allocation.hole | allocation.zero : 0);
    if (words.length > 2 * limit) {
      break;
    }
  }
  const payload = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) {
    payload.writeUInt32BE(word, 4 * index);
  }
  return [chunkHead({ cookie, type: chunkTypes.blockStatus, isLast: true, payloadBytes: payload.length }), payload];
}
