import { promisify } from "node:util";
import { constants, inflateRaw } from "node:zlib";
import type { InflateRaw, ZlibOptions } from "node:zlib";
import { damaged } from "./damaged.ts";
import { BLOCK_BYTES } from "./zvhd-footer.ts";

/** What deflate can look back at most. */
export const WINDOW_BYTES = 32 * 1024;

/** Room behind the block, so that the decoder sees its own end in one go. */
const SPARE_BYTES = 64;

/** With `info`, zlib also tells what it used. */
interface Inflated {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: InflateRaw;
}

// The types do not know that `info` changes the answer.
const inflateRawAsync = promisify(inflateRaw) as unknown as (bytes: Uint8Array, options: ZlibOptions) => Promise<Inflated>;

/**
 * Inflates the part of a file's one deflate stream that a record holds, on the thread pool. Such a part ends with a flush, at a whole byte;
 * what it needs of the parts before it is the last 32 KiB of their output: `window`.
 *
 * Shape   answers one block, over memory of its own, or undefined when the part looks back at output that `window` does not have
 * Memory  the block, and about 50 KiB of decoder
 * Throws  disk.corrupt (does not inflate to one block exactly)
 * Source  RFC 1951, 3.2.4 and 3.3; zlib's manual on Z_SYNC_FLUSH
 */
export async function inflateRecord(payload: Uint8Array, window: Uint8Array | undefined): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const result = await inflate(payload, window);
  if (result === undefined) {
    return undefined;
  }
  const { buffer, engine } = result;
  if (buffer.length !== BLOCK_BYTES) {
    throw damaged(`It inflates to ${buffer.length} bytes, and a block has ${BLOCK_BYTES}.`);
  }
  if (engine.bytesWritten !== payload.length) {
    throw damaged(`Its compressed data ends after ${engine.bytesWritten} of ${payload.length} bytes.`);
  }
  return buffer;
}

/** Steps over the header of the zlib stream, which stands before the first part. Throws disk.corrupt. */
export function withoutStreamHeader(payload: Uint8Array): Uint8Array {
  const [method = 0, flags = 0] = payload;
  const isSound = (method & 0x0f) === 8 && method >> 4 <= 7 && (method * 256 + flags) % 31 === 0;
  if (!isSound || (flags & 0x20) !== 0) {
    throw damaged("It does not begin with the header of a zlib stream.");
  }
  return payload.subarray(2);
}

async function inflate(payload: Uint8Array, window: Uint8Array | undefined): Promise<Inflated | undefined> {
  try {
    return await inflateRawAsync(payload, {
      windowBits: 15,
      info: true,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: BLOCK_BYTES,
      chunkSize: BLOCK_BYTES + SPARE_BYTES,
      ...(window === undefined ? {} : { dictionary: window }),
    });
  } catch (error) {
    if (error instanceof RangeError) {
      throw damaged(`It inflates to more than the ${BLOCK_BYTES} bytes of a block.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    if (window === undefined && reason === "invalid distance too far back") {
      return undefined;
    }
    throw damaged(`It does not inflate: ${reason}.`, error);
  }
}
