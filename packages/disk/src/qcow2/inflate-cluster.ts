import { promisify } from "node:util";
import { constants, inflateRaw, zstdDecompress } from "node:zlib";
import type { ZlibOptions, ZstdOptions } from "node:zlib";
import { DiskError } from "../core/disk-error.ts";
import { readZstdFrame } from "./zstd-frame.ts";

/** What zlib answers lies in memory that it took for that. */
type Inflated = Uint8Array<ArrayBuffer>;

// The types of `promisify` leave the options out, and those of zlib whose memory it is.
const inflateRawAsync = promisify(inflateRaw) as unknown as (bytes: Uint8Array, options: ZlibOptions) => Promise<Inflated>;
const zstdDecompressAsync = promisify(zstdDecompress) as unknown as (bytes: Uint8Array, options: ZstdOptions) => Promise<Inflated>;

/** What every zstd decoder should accept, and four times the largest cluster. */
const MAX_WINDOW_LOG = 23;

/** Frames that one cluster may consist of. Writers make one; without a ceiling, empty frames would cost time without end. */
const MAX_FRAMES = 64;

/** Room behind the cluster, so that the decoder sees its own end in one go instead of asking for another buffer. */
const SPARE_BYTES = 64;

/**
 * Decompresses one cluster, on the thread pool. Bytes behind its end belong to whatever shares its last sector, and are ignored.
 *
 * Shape   answers exactly `clusterSize` bytes
 * Memory  twice the cluster, plus a zstd window of at most 8 MiB
 * Throws  disk.corrupt (does not decompress, or to another length), disk.limit (window or number of frames)
 * Source  QEMU docs/interop/qcow2, "Compressed clusters": raw deflate, or zstd frames
 */
export async function inflateCluster(
  bytes: Uint8Array,
  shape: { readonly compression: "zlib" | "zstd"; readonly clusterSize: number },
): Promise<Inflated> {
  const content =
    shape.compression === "zlib" ? await inflateDeflate(bytes, shape.clusterSize) : await inflateZstd(bytes, shape.clusterSize);
  if (content.length !== shape.clusterSize) {
    throw new DiskError("disk.corrupt", `It decompresses to ${content.length} bytes, and a cluster has ${shape.clusterSize}.`);
  }
  return content;
}

async function inflateDeflate(bytes: Uint8Array, clusterSize: number): Promise<Inflated> {
  return decoded(
    inflateRawAsync(bytes, {
      // Data written with a smaller window inflates with the largest; the other way round fails.
      windowBits: 15,
      maxOutputLength: clusterSize,
      chunkSize: clusterSize + SPARE_BYTES,
      // What is cut off is found by its length, whether or not the end mark is there.
      finishFlush: constants.Z_SYNC_FLUSH,
    }),
    clusterSize,
  );
}

async function inflateZstd(bytes: Uint8Array, clusterSize: number): Promise<Inflated> {
  const parts: Inflated[] = [];
  let produced = 0;
  let at = 0;
  for (let frames = 0; produced < clusterSize && at < bytes.length; frames += 1) {
    if (frames === MAX_FRAMES) {
      throw new DiskError("disk.limit", `It has more than ${MAX_FRAMES} zstd frames.`);
    }
    const frame = readZstdFrame(bytes, at);
    if (frame.windowBytes > 2 ** MAX_WINDOW_LOG) {
      throw new DiskError(
        "disk.limit",
        `It needs a zstd window of ${frame.windowBytes} bytes; at most ${2 ** MAX_WINDOW_LOG} are accepted.`,
      );
    }
    if ((frame.contentBytes ?? 0) > clusterSize - produced) {
      throw tooLong(clusterSize);
    }
    if (frame.contentBytes !== 0) {
      const part = await inflateFrame(bytes.subarray(at, frame.end), clusterSize - produced, clusterSize);
      parts.push(part);
      produced += part.length;
    }
    at = frame.end;
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

async function inflateFrame(frame: Uint8Array, maxBytes: number, clusterSize: number): Promise<Inflated> {
  const params = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG };
  return decoded(zstdDecompressAsync(frame, { params, maxOutputLength: maxBytes, chunkSize: maxBytes + SPARE_BYTES }), clusterSize);
}

/** Gives the decoder's failures our words; whatever it says, the cluster is damaged. */
async function decoded(work: Promise<Inflated>, clusterSize: number): Promise<Inflated> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLong(clusterSize);
    }
    throw new DiskError("disk.corrupt", `It does not decompress: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  }
}

function tooLong(clusterSize: number): DiskError {
  return new DiskError("disk.corrupt", `It decompresses to more than the ${clusterSize} bytes of a cluster.`);
}
