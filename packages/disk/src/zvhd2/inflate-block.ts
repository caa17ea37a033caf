import { promisify } from "node:util";
import { constants, inflate, zstdDecompress } from "node:zlib";
import type { Inflate, ZlibOptions, ZstdOptions } from "node:zlib";
import { DiskError } from "../core/disk-error.ts";
import { readZstdFrame } from "../qcow2/zstd-frame.ts";
import { damaged } from "../zvhd/damaged.ts";
import type { CompressionMethod } from "./zvhd2-footer.ts";

/** What every zstd decoder should accept. A window of a whole block is accepted too: it is needed for the block itself. */
const MAX_WINDOW_BYTES = 8 * 1024 * 1024;

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
 * Decompresses the payload of a record, on the thread pool: one zstd frame that states its size, or one zlib stream.
 *
 * Shape   answers exactly `blockBytes` bytes, over memory of their own
 * Memory  twice the block
 * Throws  disk.corrupt (does not decompress to one block exactly), disk.limit (zstd window)
 * Source  docs/formats/zvhd2.md, "Records"; RFC 8878; RFC 1950
 */
export async function inflateBlock(
  payload: Uint8Array,
  shape: { readonly method: CompressionMethod; readonly blockBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  return shape.method === "zstd" ? inflateZstd(payload, shape.blockBytes) : inflateZlib(payload, shape.blockBytes);
}

async function inflateZstd(payload: Uint8Array, blockBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const { end, contentBytes, windowBytes } = readZstdFrame(payload, 0);
  if (end !== payload.length) {
    throw damaged(`Its zstd frame ends after ${end} of ${payload.length} bytes.`);
  }
  if (contentBytes !== blockBytes) {
    throw damaged(`Its zstd frame states ${contentBytes ?? "no"} bytes of content, and a block has ${blockBytes}.`);
  }
  const maxWindowBytes = Math.max(MAX_WINDOW_BYTES, blockBytes);
  if (windowBytes > maxWindowBytes) {
    throw new DiskError("disk.limit", `It needs a zstd window of ${windowBytes} bytes; at most ${maxWindowBytes} are accepted.`, {
      remedy: "Make the image again with a lower compression level.",
    });
  }
  const params = { [constants.ZSTD_d_windowLogMax]: Math.log2(maxWindowBytes) };
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
