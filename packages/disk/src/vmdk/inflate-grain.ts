import { promisify } from "node:util";
import { inflate } from "node:zlib";
import type { ZlibOptions } from "node:zlib";
import { DiskError } from "../core/disk-error.ts";

/** What zlib answers lies in memory that it took for that. */
type Inflated = Uint8Array<ArrayBuffer>;

// The types of `promisify` leave the options out, and those of zlib whose memory it is.
const inflateAsync = promisify(inflate) as unknown as (bytes: Uint8Array, options: ZlibOptions) => Promise<Inflated>;

/** Room behind the grain, so that the decoder sees its own end in one go instead of asking for another buffer. */
const SPARE_BYTES = 64;

/**
 * Decompresses one grain, on the thread pool. A grain that is too short, as some writers make the last one, is filled up with zeros to
 * its whole size when it reaches `neededBytes`.
 *
 * Shape   answers exactly `grainBytes` bytes
 * Memory  twice the grain
 * Throws  disk.corrupt (does not decompress, or to another length)
 * Source  VMware Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents"; RFC 1950
 */
export async function inflateGrain(
  bytes: Uint8Array,
  { grainBytes, neededBytes }: { readonly grainBytes: number; readonly neededBytes: number },
): Promise<Inflated> {
  const content = await decoded(bytes, grainBytes);
  if (content.length === grainBytes) {
    return content;
  }
  if (content.length < neededBytes) {
    throw new DiskError("disk.corrupt", `It decompresses to ${content.length} bytes, and a grain has ${grainBytes}.`);
  }
  const whole = new Uint8Array(grainBytes);
  whole.set(content);
  return whole;
}

async function decoded(bytes: Uint8Array, grainBytes: number): Promise<Inflated> {
  try {
    return await inflateAsync(bytes, { maxOutputLength: grainBytes, chunkSize: grainBytes + SPARE_BYTES });
  } catch (error) {
    const reason =
      error instanceof RangeError
        ? `to more than the ${grainBytes} bytes of a grain`
        : error instanceof Error
          ? error.message
          : String(error);
    throw new DiskError("disk.corrupt", `It does not decompress: ${reason}.`, { cause: error });
  }
}
