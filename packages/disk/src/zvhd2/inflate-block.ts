import { promisify } from "node:util";
import { constants, inflate, zstdDecompress } from "node:zlib";
import type { Inflate, ZlibOptions, ZstdOptions } from "node:zlib";
import { damaged } from "../zvhd/damaged.ts";
import { checkFrames, maxWindowBytes } from "./check-frames.ts";
import type { CompressionMethod } from "./zvhd2-footer.ts";

/** Room behind the block, so that the decoder sees its own end in one go. */
const SPARE_BYTES = 64;

/** With `info`, zlib also tells what it used. */
interface Inflated {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: Inflate;
}

// The types do not know that `info` changes the answer.
const inflateAsync = promisify(inflate) as unknown as (bytes: Uint8Array, options: ZlibOptions) => Promise<Inflated>;
const zstdDecompressAsync = promisify<Uint8Array, ZstdOptions, Uint8Array<ArrayBuffer>>(zstdDecompress);

/**
 * Decompresses the payload of a record, on the thread pool: zstd frames that state their sizes, one or several, or one zlib stream.
 *
 * Shape   answers exactly `blockBytes` bytes, over memory of their own
 * Memory  twice the block
 * Throws  disk.corrupt (does not decompress to one block exactly), disk.limit (zstd window, number of frames)
 * Source  docs/formats/zvhd2.md, "Records"; RFC 8878, section 3 (several frames); RFC 1950
 */
export async function inflateBlock(
  payload: Uint8Array,
  shape: { readonly method: CompressionMethod; readonly blockBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  return shape.method === "zstd" ? inflateZstd(payload, shape.blockBytes) : inflateZlib(payload, shape.blockBytes);
}

async function inflateZstd(payload: Uint8Array, blockBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  checkFrames(payload, blockBytes);
  const params = { [constants.ZSTD_d_windowLogMax]: Math.log2(maxWindowBytes(blockBytes)) };
  const options = { params, maxOutputLength: blockBytes, chunkSize: blockBytes + SPARE_BYTES };
  return refusingDamage(blockBytes, zstdDecompressAsync(payload, options));
}

async function inflateZlib(payload: Uint8Array, blockBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const options = { info: true, maxOutputLength: blockBytes, chunkSize: blockBytes + SPARE_BYTES };
  const { buffer, engine } = await refusingDamage(blockBytes, inflateAsync(payload, options));
  if (buffer.length !== blockBytes || engine.bytesWritten !== payload.length) {
    throw damaged(`It inflates from ${engine.bytesWritten} of ${payload.length} bytes to ${buffer.length}, and a block has ${blockBytes}.`);
  }
  return buffer;
}

/** Gives the decoder's failures our words; whatever it says, the block is damaged. */
async function refusingDamage<T>(blockBytes: number, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) {
      throw damaged(`It inflates to more than the ${blockBytes} bytes of a block.`, error);
    }
    throw damaged(`It does not inflate: ${error instanceof Error ? error.message : String(error)}.`, error);
  }
}
